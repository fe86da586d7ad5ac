/** @jsxImportSource solid-js */
import { useStore } from "@nanostores/solid";
import { createStreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/solid";
import { Show } from "solid-js";
import { render } from "solid-js/web";
import { $shown, clientOptions } from "../pane/pane.ts";

const client = createStreamClient(clientOptions);

function Answer() {
  const shown = useStore($shown);
  const { text, status, error } = useStream(
    () => shown()?.id,
    () => ({ driven: shown()?.driven, input: shown()?.input }),
  );
  return (
    <Show when={shown()} fallback={<p class="empty">Ask, and the answer appears here.</p>}>
      <article data-stream={shown()?.id} data-status={status()}>
        <div data-text>{text()}</div>
        <Show when={error()}>
          <p class="error">{error()?.message}</p>
        </Show>
      </article>
    </Show>
  );
}

export function mount(root: HTMLElement) {
  render(
    () => (
      <StreamProvider client={client}>
        <Answer />
      </StreamProvider>
    ),
    root,
  );
}
