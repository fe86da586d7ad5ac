import { isTerminal } from "@twinstream/core";
import { useStream } from "@twinstream/react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Turn } from "./api.ts";

interface Props {
  /** The last turn. During its answer, the reader can stop it, and cannot ask. */
  readonly last: Turn | undefined;
  readonly onAsk: (prompt: string) => Promise<void>;
}

/** The box to write questions in. */
export function Composer({ last, onAsk }: Props) {
  const { status, stop } = useStream(last?.stream, { initial: last?.answer });
  const [draft, setDraft] = useState("");
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLTextAreaElement>(null);
  const answering = last !== undefined && !isTerminal(status);
  const ready = draft.trim() !== "" && !answering && !sending;

  useEffect(() => input.current?.focus({ preventScroll: true }), []);

  async function send(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    if (!ready) return;
    setSending(true);
    setProblem(undefined);
    try {
      await onAsk(draft.trim());
      setDraft("");
    } catch (error) {
      // Keeps the draft, to be sent again.
      setProblem((error as Error).message);
    } finally {
      setSending(false);
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape" && answering) void stop();
    // Enter also ends the composition of an input method.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }

  return (
    <form className="composer" onSubmit={send}>
      {problem && (
        <p className="trouble" role="alert">
          Not sent: {problem}{" "}
          <button type="submit" className="quiet">
            Try again
          </button>
        </p>
      )}
      <div className="field">
        <textarea
          ref={input}
          rows={1}
          maxLength={30_000}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          placeholder="Ask something"
          aria-label="Your message"
          aria-describedby="keys"
        />
        {answering ? (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        ) : (
          <button type="submit" disabled={!ready}>
            Send
          </button>
        )}
      </div>
      <p id="keys" className="hint">
        Enter sends, Shift + Enter begins a line, Escape stops the answer.
      </p>
    </form>
  );
}
