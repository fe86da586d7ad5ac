import type {
  Stream,
  StreamBody,
  StreamClient,
  StreamError,
  StreamOptions,
  StreamStatus,
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

/** How `useStream` reads a stream. Objects may be given inline: their identity does not matter. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use instead of the provider's. */
  client?: StreamClient;
}

/** A stream as a component sees it. */
export interface UseStreamResult {
  /** The text so far; it only grows. */
  readonly text: string;
  /** Where the stream stands; `pending` while there is no id. */
  readonly status: StreamStatus;
  /** Why the stream is in `error`, or what the client is retrying after. */
  readonly error: StreamError | undefined;
  /** Cancels the generation, everywhere. The text so far stays. The same function while the id is. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, if nothing has started it yet. */
  readonly start: () => void;
}

const pending: StreamBody = { text: "", status: "pending" };
const noop = () => {};

function open(
  client: StreamClient,
  id: string | null | undefined,
  options: UseStreamOptions,
): Stream | undefined {
  return id == null ? undefined : client.stream(id, options);
}

/**
 * Reads a stream, and drives it where `driven` is true.
 *
 * One request is sent for one stream, however many components read it, remount or render again.
 * While `id` is undefined or null the stream is pending and nothing is sent; when `id` changes,
 * the very next render shows the new stream.
 *
 * @param id the stream's id
 * @param options `driven` (default false): this tab starts the generation and reads it as it is
 *   written; `input`: what to generate from; `initial`: the body that the server rendered;
 *   `client`: instead of the provider's
 * @throws where there is neither a `StreamProvider` above nor the option `client`
 * @example
 * const { text, status, stop } = useStream(id, { driven: true, input: { prompt } });
 */
export function useStream(
  id: string | null | undefined,
  options: UseStreamOptions = {},
): UseStreamResult {
  const client = useStreamClient(options.client);
  const { driven } = options;
  const snapshot = () => open(client, id, options)?.snapshot() ?? pending;

  // A render may be thrown away, so what effects and handlers use is what was committed.
  const latest = useRef(options);
  useInsertionEffect(() => {
    latest.current = options;
  });
  const stream = useCallback(() => open(client, id, latest.current), [client, id]);
  const subscribe = useCallback(
    // Whoever comes with `driven` drives, so a component whose `driven` changes comes again.
    (tell: () => void) => open(client, id, { ...latest.current, driven })?.subscribe(tell) ?? noop,
    [client, id, driven],
  );

  // What a server renders, and a browser takes over, is `initial`. A server asks for nothing
  // else, makes no handle, and so keeps nothing between requests.
  const [first] = useState<StreamBody>((id == null ? undefined : options.initial) ?? pending);
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
