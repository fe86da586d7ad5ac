import { useMutation, useQuery } from "convex/react";
import { type FormEvent, useRef, useState } from "react";
import { api } from "../convex/_generated/api.ts";
import { Answer } from "./Answer.tsx";
import { useStickToBottom } from "./useStickToBottom.ts";

/** The conversation and the box to write in. */
export function Chat() {
  const messages = useQuery(api.messages.list);
  const send = useMutation(api.messages.send);
  const clear = useMutation(api.messages.clear);
  // This tab drives the answers to its own questions. After a refresh, it follows them.
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const [draft, setDraft] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const conversation = useStickToBottom<HTMLElement>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    const prompt = draft.trim();
    if (!prompt) return;
    setDraft("");
    const id = await send({ prompt });
    setAsked((before) => new Set(before).add(id));
  }

  return (
    <main>
      <header>
        <h1>Convex chat</h1>
        <button
          type="button"
          className="quiet"
          disabled={!messages?.length}
          onClick={() => {
            void clear();
            input.current?.focus();
          }}
        >
          Clear chat
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll box must be reachable by keyboard */}
      <section ref={conversation} aria-label="Conversation" tabIndex={0}>
        {messages === undefined && <p className="hint">Loading …</p>}
        {messages?.length === 0 && <p className="hint">No messages yet. Ask something.</p>}
        {messages?.map(({ _id, prompt, answer }) => (
          <article key={_id}>
            <p className="prompt">{prompt}</p>
            <Answer streamId={answer} driven={asked.has(_id)} />
          </article>
        ))}
      </section>
      <form onSubmit={submit}>
        <input
          ref={input}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          placeholder="Ask something"
          aria-label="Your message"
        />
        <button type="submit" disabled={!draft.trim()}>
          Send
        </button>
      </form>
    </main>
  );
}
