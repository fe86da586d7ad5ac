import {
  bodyOf,
  type Stream,
  type StreamBody,
  type StreamClient,
  type StreamError,
  type StreamOptions,
  type StreamStatus,
} from "@twinstream/core";
import {
  type Accessor,
  batch,
  createEffect,
  createMemo,
  createSignal,
  onCleanup,
  sharedConfig,
  untrack,
} from "solid-js";
import { isServer } from "solid-js/web";
import { useStreamClient } from "./provider.ts";
import { toValue, type ValueOrAccessor } from "./value-or-accessor.ts";

/** Options of `useStream`. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use. Read once. Default: the provided one. */
  client?: StreamClient;
}

/** A stream as a component sees it. Each accessor updates by itself alone. */
export interface UseStreamResult {
  /** The text so far. It only grows. */
  readonly text: Accessor<string>;
  /** Where the stream stands. `pending` while there is no id. */
  readonly status: Accessor<StreamStatus>;
  /** Why the stream is in `error`, or which failure the client is retrying after. */
  readonly error: Accessor<StreamError | undefined>;
  /** Cancels the generation, for all readers. The text so far stays. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, unless it has been started. */
  readonly start: () => void;
}

const PENDING: StreamBody = { text: "", status: "pending" };

/**
 * Reads a stream, and drives it if `driven` is true. It ends with the owner that it was called in.
 *
 * One request is sent for a stream, however many components read it or mount again. While `id` is
 * undefined or null, the stream is pending and nothing is sent. When `id` changes, no text of the
 * old stream is shown any more.
 *
 * @param id the stream's id, or an accessor of it: `() => props.id`
 * @param options an object, or an accessor of it. `driven` (default false): this tab starts the
 *   generation, and reads it as it is written; `input`: what to generate from, as JSON; `initial`:
 *   the body that the server rendered; `client`: the client to use instead of the provided one
 * @returns the stream's body as accessors, with `stop` and `start`
 * @throws {Error} if there is no `StreamProvider` above and no option `client`
 * @example
 * const { text, status, stop } = useStream(() => props.id, { driven: true, input: { prompt } });
 * // <p aria-busy={status() === "streaming"}>{text()}</p>
 */
export function useStream(
  id: ValueOrAccessor<string | null | undefined>,
  options: ValueOrAccessor<UseStreamOptions> = {},
): UseStreamResult {
  const client = useStreamClient(untrack(() => toValue(options).client));

  const key = createMemo(() => toValue(id) ?? undefined);
  const driven = createMemo(() => toValue(options).driven);
  const stream = (): Stream | undefined => {
    const id = key();
    const { client: _, ...rest } = untrack(() => toValue(options));
    return id === undefined ? undefined : client.stream(id, rest);
  };

  // The snapshot is read anew each time that the stream reports a change.
  const [track, notify] = createSignal(undefined, { equals: false });
  // A server renders `initial`, and a browser hydrates it. The handle, which may know more by then,
  // is asked only after that; a server makes none, so it keeps nothing between requests.
  const [rendersInitial, setRendersInitial] = createSignal(
    isServer || Boolean(sharedConfig.context),
  );
  const body = createMemo((): StreamBody => {
    track();
    if (key() === undefined) return PENDING;
    if (rendersInitial()) return bodyOf(toValue(options).initial);
    return stream()?.snapshot() ?? PENDING;
  });
  createEffect(() => {
    // A stream is driven by a subscription that has `driven`: if it changes, subscribe again.
    driven();
    const leave = stream()?.subscribe(() =>
      batch(() => {
        setRendersInitial(false);
        notify();
      }),
    );
    if (leave) onCleanup(leave);
  });

  return {
    text: createMemo(() => body().text),
    status: createMemo(() => body().status),
    error: createMemo(() => body().error),
    stop: async () => untrack(stream)?.stop(),
    start: () => untrack(stream)?.start(),
  };
}
