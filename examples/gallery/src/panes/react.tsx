import { useStore } from "@nanostores/react";
import { createStreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Shown } from "../messages.ts";
import { $shown, clientOptions } from "../pane/pane.ts";

const client = createStreamClient(clientOptions);

function Answer({ id, driven, input }: Shown) {
  const { text, status, error } = useStream(id, { driven, input });
  return (
    <article data-stream={id} data-status={status}>
      <div data-text>{text}</div>
      {error && <p className="error">{error.message}</p>}
    </article>
  );
}

function Pane() {
  const shown = useStore($shown);
  return shown ? <Answer {...shown} /> : <p className="empty">Ask, and the answer appears here.</p>;
}

export function mount(root: HTMLElement) {
  createRoot(root).render(
    <StrictMode>
      <StreamProvider client={client}>
        <Pane />
      </StreamProvider>
    </StrictMode>,
  );
}
