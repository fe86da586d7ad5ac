import { atom } from "nanostores";
import { bodyOf } from "../options/initial.ts";
import type { StreamBody } from "../text/body.ts";
import type { Stream } from "../types.ts";
import type { StreamView } from "./types.ts";

/** How one component reads one stream. */
export interface Reading {
  /**
   * Returns what the component shows: the body, with the view's fields over it. It is the same object
   * until one of them changes.
   * @param body the body that is known; a reading that is subscribed knows its own
   */
  show(body: StreamBody): StreamBody;
  /** Reads the stream: calls `listener` now and at each change. Returns what ends it, and the view. */
  subscribe(stream: Stream, listener: () => void): () => void;
}

/**
 * Reads a stream through a view. The view is made once, over a store of its own: until `subscribe`,
 * it has no part in the stream, so a render that is thrown away, or a server's, leaves nothing.
 * @param view the option `view` of the component; without it, the component sees the body
 */
export function createReading(view?: StreamView): Reading {
  if (!view) {
    return {
      show: (body) => body,
      subscribe: (stream, listener) => stream.subscribe(listener),
    };
  }
  const $body = atom(bodyOf());
  const $view = view($body);
  let body: StreamBody | undefined;
  let fields: object | undefined;
  let shown = $body.value;
  return {
    show(known) {
      if (!$view.lc) {
        // A view may make a new object each time that it is asked.
        if (known === body) return shown;
        $body.set(known);
      }
      const next = $view.get();
      if (body !== $body.value || fields !== next) {
        body = $body.value;
        fields = next;
        shown = { ...body, ...fields };
      }
      return shown;
    },
    subscribe(stream, listener) {
      const quits = [
        stream.subscribe($body.set),
        $view.listen(listener),
        // After the view's own listener, so that body and view have changed together.
        $body.listen(listener),
      ];
      listener();
      return () => {
        for (const quit of quits) quit();
      };
    },
  };
}
