import type {
  Stream,
  StreamBody,
  StreamClient,
  StreamError,
  StreamOptions,
  StreamStatus,
} from "@twinstream/core";
import { onMount } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { type Readable, toStore } from "svelte/store";
import { useStreamClient } from "./context.ts";

/** How `useStream` reads a stream. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use instead of the one that was set above; read once. */
  client?: StreamClient;
}

/** A stream as a component sees it: each property is reactive where it is read. */
export interface StreamView {
  /** The text so far; it only grows. */
  readonly text: string;
  /** Where the stream stands; `pending` while there is no id. */
  readonly status: StreamStatus;
  /** Why the stream is in `error`, or what the client is retrying after. */
  readonly error: StreamError | undefined;
  /** Cancels the generation, everywhere. The text so far stays. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, if nothing has started it yet. */
  readonly start: () => void;
}

/** A stream, to be read by its properties (`stream.text`) or as a store (`$stream.text`). */
export interface UseStreamResult extends StreamView, Readable<StreamView> {}

/** A value, or a function that returns it, which may read runes. */
export type ValueOrGetter<T> = T | (() => T);

const pending: StreamBody = { text: "", status: "pending" };

const toValue = <T extends object | string | null | undefined>(value: ValueOrGetter<T>): T =>
  typeof value === "function" ? value() : value;

/**
 * Reads a stream, and drives it where `driven` is true. Call it while a component initialises.
 *
 * One request is sent for one stream, however many components read it or mount again.
 * While `id` is undefined or null the stream is pending and nothing is sent; when `id` changes,
 * no text of the old stream is shown any more.
 *
 * @param id the stream's id, or a function that returns it: `() => id` where it is a rune
 * @param options an object, or a function that returns it, of `driven` (default false): this tab
 *   starts the generation and reads it as it is written; `input`: what to generate from;
 *   `initial`: the body that the server rendered; `client`: instead of the one set above
 * @throws where no client is set and none is given
 * @example
 * const stream = useStream(() => id, { driven: true, input: { prompt } });
 * // <p>{stream.text}</p>, or <p>{$stream.text}</p>; take it apart and it is a plain string
 */
export function useStream(
  id: ValueOrGetter<string | null | undefined>,
  options: ValueOrGetter<UseStreamOptions> = {},
): UseStreamResult {
  const client = useStreamClient(toValue(options).client);
  const browser = typeof window !== "undefined";
  let update: (() => void) | undefined;
  const track = createSubscriber((tell) => {
    update = tell;
    return () => {
      update = undefined;
    };
  });

  const stream = (): Stream | undefined => {
    const key = toValue(id);
    return key == null ? undefined : client.stream(key, toValue(options));
  };
  const body = (): StreamBody => {
    track();
    if (browser) return stream()?.snapshot() ?? pending;
    // A server makes no handle, so it keeps nothing between requests.
    return (toValue(id) == null ? undefined : toValue(options).initial) ?? pending;
  };

  onMount(() => {
    let leave: (() => void) | undefined;
    // Whoever comes with `driven` drives, so one whose `driven` changes comes again. Both are in
    // one string, so that the store tells of changes only.
    const ends = toStore(() => `${toValue(options).driven} ${toValue(id)}`).subscribe(() => {
      leave?.();
      leave = stream()?.subscribe(() => update?.());
    });
    return () => {
      ends();
      leave?.();
    };
  });

  const stop = async () => stream()?.stop();
  const start = () => stream()?.start();
  const view = () => ({ ...body(), error: body().error, stop, start });
  const store = toStore<StreamView>(view);
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
    subscribe: store.subscribe,
  };
}
