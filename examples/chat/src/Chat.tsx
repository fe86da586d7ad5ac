import { useState } from "react";
import { Answer } from "./Answer.tsx";
import type { Conversation, Turn } from "./api.ts";
import { Composer } from "./Composer.tsx";
import { ShareMenu } from "./ShareMenu.tsx";
import type { useConversation } from "./useConversation.ts";
import { useStickToEnd } from "./useStickToEnd.ts";

interface Props {
  readonly conversation: Conversation;
  readonly actions: ReturnType<typeof useConversation>;
}

const suggestions = [
  "Tell me a story about a lighthouse",
  "Write a story that ends with code",
  "Tell me a long story, in 2000 words",
];

/** A conversation: its turns and the composer. */
export function Chat({ conversation, actions }: Props) {
  const { turns, own, title, shared } = conversation;
  const { box, atEnd, toEnd } = useStickToEnd<HTMLElement>();
  const [problem, setProblem] = useState<string>();

  /** Runs an action, and shows its error. */
  const attempt = (work: () => Promise<void>) => () => {
    setProblem(undefined);
    work().catch((error: Error) => setProblem(error.message));
  };

  return (
    <main className="chat">
      <header>
        <h1>{title || "New chat"}</h1>
        {own && turns.length > 0 && (
          <>
            <ShareMenu shared={shared} onShare={actions.share} />
            <button type="button" className="quiet" onClick={attempt(actions.clear)}>
              Clear chat
            </button>
          </>
        )}
      </header>
      {problem && (
        <p className="problem trouble" role="alert">
          That did not work: {problem}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll box must be reachable by keyboard */}
      <section className="conversation" ref={box} aria-label="Messages" tabIndex={0}>
        {turns.length === 0 && (
          <div className="empty">
            <h2>What would you like to read?</h2>
            <p>Close the tab in mid-answer, and come back: it goes on.</p>
            {own && (
              <ul>
                {suggestions.map((suggestion) => (
                  <li key={suggestion}>
                    <button
                      type="button"
                      className="quiet"
                      onClick={attempt(() => actions.ask(suggestion))}
                    >
                      {suggestion}
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
        <ol className="turns">
          {turns.map((turn, index) => (
            <TurnItem
              key={turn.id}
              turn={turn}
              onRegenerate={
                own && index === turns.length - 1 ? () => actions.regenerate(turn) : undefined
              }
            />
          ))}
        </ol>
      </section>
      {!atEnd && (
        <button type="button" className="latest" onClick={toEnd}>
          To the latest
        </button>
      )}
      {own ? (
        <Composer last={turns.at(-1)} onAsk={actions.ask} />
      ) : (
        <p className="composer hint">You are reading somebody else’s conversation.</p>
      )}
    </main>
  );
}

interface TurnProps {
  readonly turn: Turn;
  readonly onRegenerate?: () => Promise<void>;
}

function TurnItem({ turn, onRegenerate }: TurnProps) {
  return (
    <li>
      <div className="prompt">
        <h2 className="unseen">Question</h2>
        <p dir="auto">{turn.prompt}</p>
      </div>
      {/* A regenerated answer is a new stream: the key makes its text start empty. */}
      <Answer key={turn.stream} turn={turn} onRegenerate={onRegenerate} />
    </li>
  );
}
