import { StreamError } from "../errors.ts";
import { isTerminal } from "../protocol/status.ts";
import type { Source, SourceRequest, SourceSink } from "../types.ts";
import { followAsync } from "./follow-async.ts";
import { parseUpdate, show } from "./parse-update.ts";

/** Ends a subscription. */
export type Unsubscribe = () => void;

/**
 * A source for anything that pushes: a database's live query, a socket, another store.
 *
 * @param subscribe called once for each reader; it reports whole bodies or deltas to `sink`, now or
 *   later, and returns a function that ends the subscription. That function is called once: at a
 *   terminal status, at an error, or when the last reader leaves. After `sink.error` or `sink.end`
 *   the client subscribes again after a delay.
 * @throws {TypeError} if `subscribe` is no function
 * @returns a source, to be given to `createStreamClient`
 * @example
 * subscribeSource((id, sink) =>
 *   db.onChange(id, (row) => sink.next({ text: row.text, status: row.status })),
 * );
 */
export function subscribeSource(
  subscribe: (
    id: string,
    sink: SourceSink,
    request: SourceRequest,
  ) => Unsubscribe | undefined | Promise<Unsubscribe | undefined>,
): Source {
  if (typeof subscribe !== "function") {
    throw new TypeError(`subscribeSource takes a function, but was given ${show(subscribe)}.`);
  }
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
          try {
            sink.next(parseUpdate(update));
          } catch (error) {
            return guarded.error(error);
          }
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
      followAsync(request, guarded, async () => {
        const made = subscribe(request.id, guarded, request);
        // Not awaited if it is there already: a reader that leaves at once leaves nothing behind.
        const end = made instanceof Promise ? await made : made;
        if (end != null && typeof end !== "function") {
          throw new StreamError(
            "protocol",
            `subscribeSource: the function returned ${show(end)}, but must return one that ends the subscription.`,
          );
        }
        unsubscribe = end;
        if (!open) close();
      });
    },
  };
}
