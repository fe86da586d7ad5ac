import { bodyOf, type InputOf } from "@twinstream/core";
import {
  createReading,
  openStream,
  type StreamControls,
  type UseStreamOptions,
  type ViewedFields,
} from "@twinstream/core/bindings";
import {
  useCallback,
  useInsertionEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useStreamClient } from "./provider.ts";

type Shown<Fields extends object> = ViewedFields<Fields> & StreamControls;

/** A stream as a component sees it. Its functions are the same ones until the id changes. */
export type UseStreamResult<Fields extends object = object> = {
  readonly [Name in keyof Shown<Fields>]: Shown<Fields>[Name];
};

const noop = () => {};

/**
 * Reads a stream, and drives it if `driven` is true.
 *
 * One request is sent for a stream, however many components read it, remount or render again.
 * While `id` is undefined or null, the stream is pending and nothing is sent. When `id` changes,
 * the very next render shows the new stream.
 *
 * @param id the stream's id
 * @param options `driven` (default false): this tab starts the generation, and reads it as it is
 *   written; `create`: the drive makes the stream; `input`: what to generate from, as JSON;
 *   `initial`: the body that the server rendered; `client`: the client to use instead of the
 *   provided one; `view`: how to see the stream, such as `smooth`
 * @returns the stream's body with the view's fields, and `stop`, `start` and `retry`
 * @throws {Error} if there is no `StreamProvider` above and no option `client`
 * @throws {TypeError} in development, if an option is unknown or wrong
 * @example
 * const { text, status, error, stop } = useStream(id, { driven: true, input: { prompt } });
 * // <p aria-busy={status === "streaming"}>{text}</p>
 * @example
 * const { text } = useStream<typeof streams>(id, { input: { prompt } }); // checks the input's type
 */
export function useStream<
  Server = unknown,
  Fields extends object = object,
  Input = InputOf<Server>,
>(
  id: string | null | undefined,
  options: UseStreamOptions<Input, Fields> = {},
): UseStreamResult<Fields> {
  const client = useStreamClient(options.client);
  const { driven } = options;

  // A render may be thrown away, so effects and handlers use the options that were committed.
  const latest = useRef(options);
  useInsertionEffect(() => {
    latest.current = options;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a stream has one reading, whatever the view's identity
  const reading = useMemo(() => createReading(options.view), [client, id]);
  const stream = useCallback(() => openStream(client, id, latest.current), [client, id]);
  const subscribe = useCallback(
    (onChange: () => void) => {
      // A stream is driven by a subscription that has `driven`: if it changes, subscribe again.
      const stream = openStream(client, id, { ...latest.current, driven });
      return stream ? reading.subscribe(stream, onChange) : noop;
    },
    [client, id, driven, reading],
  );

  // A server renders `initial`, and a browser hydrates it. A server asks for nothing else and
  // makes no handle, so it keeps nothing between requests.
  const [first] = useState(() => bodyOf(id == null ? undefined : options.initial));
  const shown = useSyncExternalStore(
    subscribe,
    () => reading.show(openStream(client, id, options)?.snapshot() ?? bodyOf()),
    () => reading.show(first),
  );

  const controls = useMemo(
    (): StreamControls => ({
      stop: async () => stream()?.stop(),
      start: () => stream()?.start(),
      retry: () => stream()?.retry(),
    }),
    [stream],
  );
  return useMemo(
    () => ({ ...shown, ...controls }) as unknown as UseStreamResult<Fields>,
    [shown, controls],
  );
}
