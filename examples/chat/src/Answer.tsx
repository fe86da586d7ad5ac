import { isTerminal, type StreamError, type StreamStatus } from "@twinstream/core";
import { useStream } from "@twinstream/react";
import { useState } from "react";
import type { Turn } from "./api.ts";
import { Markdown } from "./Markdown.tsx";
import { driveOptions } from "./questions.ts";
import { endingOf, isPassing, problemOf } from "./words.ts";

interface Props {
  readonly turn: Turn;
  /** Set if the reader may regenerate the answer. */
  readonly onRegenerate?: () => Promise<void>;
}

/** One answer: this tab drives it if it asked the question, and follows it otherwise. */
export function Answer({ turn, onRegenerate }: Props) {
  const { text, status, error, reason, retry } = useStream(turn.stream, {
    ...driveOptions(turn.stream),
    initial: turn.answer,
  });
  const active = !isTerminal(status);
  const ending = endingOf({ status, error, reason });
  const trouble = status === "error" || status === "timeout";

  return (
    <div
      className="answer"
      data-stream={turn.stream}
      data-status={status}
      data-error={error?.code}
      aria-busy={active}
    >
      <h3 className="unseen">Answer</h3>
      <Markdown text={text} final={!active} />
      {active && text === "" && !error && <p className="waiting">Thinking …</p>}
      {active && error && <Rest error={error} onRetry={retry} />}
      {ending && <p className={trouble ? "ending trouble" : "ending"}>{ending}</p>}
      {!active && onRegenerate && <Regenerate onRegenerate={onRegenerate} />}
      <Announcer status={status} text={text} ending={ending} />
    </div>
  );
}

/** An answer that is not over, and does not go on: what keeps it, and a way to ask again. */
function Rest({ error, onRetry }: { error: StreamError; onRetry: () => void }) {
  return (
    <p className="trouble actions" role="alert">
      <span>
        {problemOf(error)} {isPassing(error) && "Trying again …"}
      </span>
      <button type="button" className="quiet" onClick={onRetry}>
        Try again
      </button>
    </p>
  );
}

function Regenerate({ onRegenerate }: { onRegenerate: () => Promise<void> }) {
  const [state, setState] = useState<"ready" | "busy" | "failed">("ready");
  return (
    <p className="actions">
      <button
        type="button"
        className="quiet"
        disabled={state === "busy"}
        onClick={() => {
          setState("busy");
          onRegenerate().then(
            () => setState("ready"),
            () => setState("failed"),
          );
        }}
      >
        {state === "failed" ? "Regenerate again" : "Regenerate"}
      </button>
      {state === "failed" && (
        <span className="trouble" role="alert">
          That did not work.
        </span>
      )}
    </p>
  );
}

interface News {
  readonly status: StreamStatus;
  readonly text: string;
  readonly ending: string | undefined;
}

/** Announces to screen readers that an answer has begun, and reads it out when it is complete, not word by word. */
function Announcer({ status, text, ending = "The answer is complete." }: News) {
  const terminal = isTerminal(status);
  // An answer that was complete when the page loaded is not announced.
  const [news] = useState(!terminal);
  return (
    <p className="unseen" role="status">
      {news && (terminal ? `${ending} ${text}` : "Answering.")}
    </p>
  );
}
