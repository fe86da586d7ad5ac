import { useStore } from "@nanostores/react";
import { createStreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/react";
import { StrictMode, useMemo } from "react";
import { createRoot } from "react-dom/client";
import type { Shown } from "../messages.ts";
import { $shown, clientOptions } from "../pane/pane.ts";

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
  const flush = shown?.flush ?? "sentence";
  const client = useMemo(
    () => createStreamClient({ ...clientOptions, headers: { "Flush-Boundary": flush } }),
    [flush],
  );
  return (
    <StreamProvider client={client}>
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
