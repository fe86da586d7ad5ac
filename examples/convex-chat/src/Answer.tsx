import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { useStream } from "@twinstream/convex/react";
import { useMutation } from "convex/react";
import Markdown from "react-markdown";
import { api } from "../convex/_generated/api.ts";
import { siteUrl } from "./site.ts";

interface Props {
  readonly streamId: string;
  /** Whether this tab asked the question: then it starts the answer, and reads it token by token. */
  readonly driven: boolean;
}

/** One answer, as it is generated. */
export function Answer({ streamId, driven }: Props) {
  const stopStream = useMutation(api.messages.stop);
  const { text, status, error, stop } = useStream(
    api.streaming.getStreamBody,
    new URL("/chat-stream", siteUrl),
    driven,
    streamId as StreamId,
    { stop: (streamId) => stopStream({ streamId }) },
  );
  const active = status === "pending" || status === "streaming";

  return (
    <div className={active ? "answer active" : "answer"} data-status={status} aria-busy={active}>
      {text ? <Markdown>{text}</Markdown> : active && <p>Thinking …</p>}
      {active && (
        <button type="button" className="quiet" onClick={stop}>
          Stop
        </button>
      )}
      {active && error && <p role="alert">{error.message}</p>}
      {status === "error" && <p role="alert">The answer broke off.</p>}
      {status === "timeout" && <p role="alert">The answer took too long.</p>}
    </div>
  );
}
