import { useStore } from "@nanostores/react";
import { isTerminal } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Shown } from "../messages.ts";
import { $shown, clientOptions } from "../pane/pane.ts";

function Answer({ id, driven, input }: Shown) {
  const { text, status, error, reason, retry } = useStream(id, { driven, input });
  return (
    <article data-stream={id} data-status={status} data-reason={reason}>
      <div data-text>{text}</div>
      {error && (
        <p className="error">
          {error.message}{" "}
          {!isTerminal(status) && (
            <button type="button" onClick={retry}>
              Try again
            </button>
          )}
        </p>
      )}
    </article>
  );
}

function Pane() {
  const shown = useStore($shown);
  return (
    <StreamProvider {...clientOptions}>
      {shown ? <Answer {...shown} /> : <p className="empty">Ask, and the answer appears here.</p>}
    </StreamProvider>
  );
}

export function mount(root: HTMLElement) {
  createRoot(root).render(
    <StrictMode>
      <Pane />
    </StrictMode>,
  );
}
