import type {
  Stream,
  StreamBody,
  StreamClient,
  StreamError,
  StreamOptions,
  StreamStatus,
} from "@twinstream/core";
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  onCleanup,
  sharedConfig,
  untrack,
} from "solid-js";
import { isServer } from "solid-js/web";
import { useStreamClient } from "./provider.ts";

/** How `useStream` reads a stream. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use instead of the provider's; read once. */
  client?: StreamClient;
}

/** A stream as a component sees it: each accessor updates by itself alone. */
export interface UseStreamResult {
  /** The text so far; it only grows. */
  readonly text: Accessor<string>;
  /** Where the stream stands; `pending` while there is no id. */
  readonly status: Accessor<StreamStatus>;
  /** Why the stream is in `error`, or what the client is retrying after. */
  readonly error: Accessor<StreamError | undefined>;
  /** Cancels the generation, everywhere. The text so far stays. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, if nothing has started it yet. */
  readonly start: () => void;
}

/** A value, or an accessor of it. */
export type ValueOrAccessor<T> = T | Accessor<T>;

const pending: StreamBody = { text: "", status: "pending" };

const toValue = <T extends object | string | null | undefined>(value: ValueOrAccessor<T>): T =>
  typeof value === "function" ? value() : value;

/**
 * Reads a stream, and drives it where `driven` is true.
 *
 * One request is sent for one stream, however many components read it or mount again.
 * While `id` is undefined or null the stream is pending and nothing is sent; when `id` changes,
 * no text of the old stream is shown any more.
 *
 * @param id the stream's id, or an accessor of it: `() => props.id`
 * @param options an object, or an accessor of it, of `driven` (default false): this tab starts the
 *   generation and reads it as it is written; `input`: what to generate from; `initial`: the body
 *   that the server rendered; `client`: instead of the provider's
 * @throws where there is neither a `StreamProvider` above nor the option `client`
 * @example
 * const stream = useStream(() => props.id, { driven: true, input: { prompt } });
 * // <p>{stream.text()}</p>
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
    return id === undefined
      ? undefined
      : client.stream(
          id,
          untrack(() => toValue(options)),
        );
  };

  // Below 0: what a server renders, and a browser takes over, is `initial`. The handle, which may
  // know more by then, is asked only afterwards; a server makes none, so it keeps nothing.
  const [version, setVersion] = createSignal(isServer || sharedConfig.context ? -1 : 0);
  const body = createMemo(() => {
    if (key() === undefined) return pending;
    return (version() < 0 ? toValue(options).initial : stream()?.snapshot()) ?? pending;
  });
  createEffect(() => {
    // Whoever comes with `driven` drives, so one whose `driven` changes comes again.
    driven();
    const leave = stream()?.subscribe(() => setVersion((version) => Math.max(version, 0) + 1));
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
