import {
  bodyOf,
  type Stream,
  type StreamBody,
  type StreamClient,
  type StreamError,
  type StreamOptions,
  type StreamStatus,
} from "@twinstream/core";
import { onMount } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { type Readable, toStore } from "svelte/store";
import { useStreamClient } from "./context.ts";
import { toValue, type ValueOrGetter } from "./value-or-getter.ts";

/** Options of `useStream`. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use. Read once. Default: the provided one. */
  client?: StreamClient;
}

/** A stream as a component sees it. Each property is reactive where it is read. */
export interface StreamView {
  /** The text so far. It only grows. */
  readonly text: string;
  /** Where the stream stands. `pending` while there is no id. */
  readonly status: StreamStatus;
  /** Why the stream is in `error`, or which failure the client is retrying after. */
  readonly error: StreamError | undefined;
  /** Cancels the generation, for all readers. The text so far stays. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, unless it has been started. */
  readonly start: () => void;
}

/** A stream, read by its properties (`stream.text`) or as a store (`$stream.text`). */
export interface UseStreamResult extends StreamView, Readable<StreamView> {}

const PENDING: StreamBody = { text: "", status: "pending" };

/**
 * Reads a stream, and drives it if `driven` is true. Call it while a component initialises.
 *
 * One request is sent for a stream, however many components read it or mount again. While `id` is
 * undefined or null, the stream is pending and nothing is sent. When `id` changes, no text of the
 * old stream is shown any more.
 *
 * @param id the stream's id, or a function that returns it: `() => id` if it is a rune
 * @param options an object, or a function that returns it. `driven` (default false): this tab starts
 *   the generation, and reads it as it is written; `input`: what to generate from, as JSON;
 *   `initial`: the body that the server rendered; `client`: the client to use instead of the
 *   provided one
 * @returns the stream's body, with `stop` and `start`. Do not destructure it: `text`, `status` and
 *   `error` are plain values then
 * @throws {Error} if no client was set above and there is no option `client`
 * @example
 * const stream = useStream(() => id, { driven: true, input: { prompt } });
 * // <p aria-busy={stream.status === "streaming"}>{stream.text}</p>, or {$stream.text}
 */
export function useStream(
  id: ValueOrGetter<string | null | undefined>,
  options: ValueOrGetter<UseStreamOptions> = {},
): UseStreamResult {
  const client = useStreamClient(toValue(options).client);
  const isBrowser = typeof window !== "undefined";
  let notify: (() => void) | undefined;
  const track = createSubscriber((update) => {
    notify = update;
    return () => {
      notify = undefined;
    };
  });

  const stream = (): Stream | undefined => {
    const key = toValue(id);
    const { client: _, ...rest } = toValue(options);
    return key == null ? undefined : client.stream(key, rest);
  };
  const body = (): StreamBody => {
    track();
    if (isBrowser) return stream()?.snapshot() ?? PENDING;
    // A server renders `initial`. It makes no handle, so it keeps nothing between requests.
    return bodyOf(toValue(id) == null ? undefined : toValue(options).initial);
  };

  onMount(() => {
    let leave: (() => void) | undefined;
    // A stream is driven by a subscription that has `driven`: if it changes, subscribe again. Both
    // are in one string, so that the store reports changes only.
    const unwatch = toStore(() => `${toValue(options).driven} ${toValue(id)}`).subscribe(() => {
      leave?.();
      leave = stream()?.subscribe(() => notify?.());
    });
    return () => {
      unwatch();
      leave?.();
    };
  });

  const stop = async () => stream()?.stop();
  const start = () => stream()?.start();
  const { subscribe } = toStore((): StreamView => {
    const { text, status, error } = body();
    return { text, status, error, stop, start };
  });
  return {
    get text() {
      return body().text;
    },
    get status() {
      return body().status;
    },
    get error() {
      return body().error;
    },
    stop,
    start,
    subscribe,
  };
}
