/** @jsxImportSource solid-js */
import { useStore } from "@nanostores/solid";
import { isTerminal } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/solid";
import { Show } from "solid-js";
import { render } from "solid-js/web";
import { $shown, clientOptions } from "../pane/pane.ts";

function Answer() {
  const shown = useStore($shown);
  const { text, status, error, reason, retry } = useStream(
    () => shown()?.id,
    () => ({ driven: shown()?.driven, input: shown()?.input }),
  );
  return (
    <Show when={shown()} fallback={<p class="empty">Ask, and the answer appears here.</p>}>
      <article data-stream={shown()?.id} data-status={status()} data-reason={reason()}>
        <div data-text>{text()}</div>
        <Show when={error()}>
          <p class="error">
            {error()?.message}{" "}
            <Show when={!isTerminal(status())}>
              <button type="button" onClick={retry}>
                Try again
              </button>
            </Show>
          </p>
        </Show>
      </article>
    </Show>
  );
}

export function mount(root: HTMLElement) {
  render(
    () => (
      <StreamProvider {...clientOptions}>
        <Answer />
      </StreamProvider>
    ),
    root,
  );
}
