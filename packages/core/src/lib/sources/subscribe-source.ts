import { isTerminal } from "../protocol/status.ts";
import type { Source, SourceRequest, SourceSink } from "../types.ts";
import { attempt } from "./attempt.ts";

/** Ends a subscription. */
export type Unsubscribe = () => void;

/**
 * A source that pushes: a database's live query, a socket, another store. `subscribe` is called once
 * a reader, reports to `sink` (whole bodies or deltas, now or later), and returns what ends it, which
 * is called once: at a terminal status, at an error, or when the last reader has left.
 * Ended by `sink.error` or `sink.end`, it is subscribed to again after a delay.
 * @example
 * subscribeSource((id, sink) => db.onChange(id, (row) => sink.next({ text: row.text, status: row.status })))
 */
export function subscribeSource(
  subscribe: (
    id: string,
    sink: SourceSink,
    request: SourceRequest,
  ) => Unsubscribe | undefined | Promise<Unsubscribe | undefined>,
): Source {
  return {
    follow(request, sink) {
      const { signal } = request;
      let open = true;
      let unsubscribe: Unsubscribe | undefined;
      const close = () => {
        open = false;
        signal.removeEventListener("abort", close);
        const end = unsubscribe;
        unsubscribe = undefined;
        end?.();
      };
      if (signal.aborted) return;
      signal.addEventListener("abort", close);
      const guarded: SourceSink = {
        next(update) {
          if (!open) return;
          sink.next(update);
          if (update.status !== undefined && isTerminal(update.status)) close();
        },
        error(error) {
          if (!open) return;
          close();
          sink.error(error);
        },
        end() {
          if (!open) return;
          close();
          sink.end();
        },
      };
      attempt(request, guarded, async () => {
        const made = subscribe(request.id, guarded, request);
        // Not awaited where it is there already: whoever leaves at once leaves nothing behind.
        unsubscribe = made instanceof Promise ? await made : made;
        if (!open) close();
      });
    },
  };
}
