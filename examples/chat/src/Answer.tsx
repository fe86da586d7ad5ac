import { isTerminal, type StreamStatus } from "@twinstream/core";
import { useStream } from "@twinstream/react";
import { useState } from "react";
import type { Turn } from "./api.ts";
import { Markdown } from "./Markdown.tsx";
import { isDriven } from "./useConversation.ts";

interface Props {
  readonly turn: Turn;
  /** Set if the reader may regenerate the answer. */
  readonly onRegenerate?: () => Promise<void>;
}

/** The endings to tell the reader about. */
const endings: Partial<Record<StreamStatus, string>> = {
  stopped: "Stopped.",
  error: "The answer failed.",
  timeout: "The answer was cut off: whatever wrote it has gone away.",
};

/** One answer: this tab drives it if it asked the question, and follows it otherwise. */
export function Answer({ turn, onRegenerate }: Props) {
  const { text, status, error } = useStream(turn.stream, {
    driven: isDriven(turn),
    initial: turn.answer,
  });
  const active = !isTerminal(status);
  const ending = endings[status];

  return (
    <div className="answer" data-stream={turn.stream} data-status={status} aria-busy={active}>
      <h3 className="unseen">Answer</h3>
      <Markdown text={text} final={!active} />
      {active && text === "" && <p className="waiting">Thinking …</p>}
      {active && error && <p className="trouble">The connection was lost. Trying again …</p>}
      {ending && <p className={status === "stopped" ? "ending" : "ending trouble"}>{ending}</p>}
      {!active && onRegenerate && <Regenerate onRegenerate={onRegenerate} />}
      <Announcer status={status} text={text} />
    </div>
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

/** Announces to screen readers that an answer has begun, and reads it out when it is complete, not word by word. */
function Announcer({ status, text }: { status: StreamStatus; text: string }) {
  const terminal = isTerminal(status);
  // An answer that was complete when the page loaded is not announced.
  const [news] = useState(!terminal);
  return (
    <p className="unseen" role="status">
      {news &&
        (terminal ? `${endings[status] ?? "The answer is complete."} ${text}` : "Answering.")}
    </p>
  );
}
