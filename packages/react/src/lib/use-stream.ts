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
  useCallback,
  useInsertionEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useStreamClient } from "./provider.ts";

/** Options of `useStream`. Objects may be inline: their identity does not matter. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use. Default: the provided one. */
  client?: StreamClient;
}

/** A stream as a component sees it. */
export interface UseStreamResult {
  /** The text so far. It only grows. */
  readonly text: string;
  /** Where the stream stands. `pending` while there is no id. */
  readonly status: StreamStatus;
  /** Why the stream is in `error`, or which failure the client is retrying after. */
  readonly error: StreamError | undefined;
  /** Cancels the generation, for all readers. The text so far stays. The same function until the id changes. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, unless it has been started. The same function until the id changes. */
  readonly start: () => void;
}

const PENDING: StreamBody = { text: "", status: "pending" };
const noop = () => {};

function open(
  client: StreamClient,
  id: string | null | undefined,
  { client: _, ...options }: UseStreamOptions,
): Stream | undefined {
  return id == null ? undefined : client.stream(id, options);
}

/**
 * Reads a stream, and drives it if `driven` is true.
 *
 * One request is sent for a stream, however many components read it, remount or render again.
 * While `id` is undefined or null, the stream is pending and nothing is sent. When `id` changes,
 * the very next render shows the new stream.
 *
 * @param id the stream's id
 * @param options `driven` (default false): this tab starts the generation, and reads it as it is
 *   written; `input`: what to generate from, as JSON; `initial`: the body that the server rendered;
 *   `client`: the client to use instead of the provided one
 * @returns the stream's body, with `stop` and `start`
 * @throws {Error} if there is no `StreamProvider` above and no option `client`
 * @example
 * const { text, status, stop } = useStream(id, { driven: true, input: { prompt } });
 * // <p aria-busy={status === "streaming"}>{text}</p>
 */
export function useStream(
  id: string | null | undefined,
  options: UseStreamOptions = {},
): UseStreamResult {
  const client = useStreamClient(options.client);
  const { driven } = options;
  const snapshot = () => open(client, id, options)?.snapshot() ?? PENDING;

  // A render may be thrown away, so effects and handlers use the options that were committed.
  const latest = useRef(options);
  useInsertionEffect(() => {
    latest.current = options;
  });
  const stream = useCallback(() => open(client, id, latest.current), [client, id]);
  const subscribe = useCallback(
    // A stream is driven by a subscription that has `driven`: if it changes, subscribe again.
    (onChange: () => void) =>
      open(client, id, { ...latest.current, driven })?.subscribe(onChange) ?? noop,
    [client, id, driven],
  );

  // A server renders `initial`, and a browser hydrates it. A server asks for nothing else and
  // makes no handle, so it keeps nothing between requests.
  const [first] = useState(() => bodyOf(id == null ? undefined : options.initial));
  const body = useSyncExternalStore(subscribe, snapshot, () => first);

  const controls = useMemo(
    () => ({ stop: async () => stream()?.stop(), start: () => stream()?.start() }),
    [stream],
  );
  return useMemo(
    () => ({ text: body.text, status: body.status, error: body.error, ...controls }),
    [body, controls],
  );
}
