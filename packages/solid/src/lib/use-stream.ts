import { bodyOf, type InputOf, type Stream } from "@twinstream/core";
import {
  createReading,
  openStream,
  type StreamControls,
  type UseStreamOptions,
  type ViewedFields,
} from "@twinstream/core/bindings";
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
import { useClientOfNow } from "./provider.ts";
import { toValue, type ValueOrAccessor } from "./value-or-accessor.ts";

/**
 * A stream as a component sees it: an accessor for each field of the body and of the view, which
 * updates by itself alone.
 */
export type UseStreamResult<Fields extends object = object> = {
  readonly [Name in keyof Required<ViewedFields<Fields>>]: Accessor<ViewedFields<Fields>[Name]>;
} & StreamControls;

/**
 * Reads a stream, and drives it if `driven` is true. It ends with the owner that it was called in.
 *
 * One request is sent for a stream, however many components read it or mount again. While `id` is
 * undefined or null, the stream is pending and nothing is sent. When `id` changes, no text of the
 * old stream is shown any more.
 *
 * @param id the stream's id, or an accessor of it: `() => props.id`
 * @param options an object, or an accessor of it. `driven` (default false): this tab starts the
 *   generation, and reads it as it is written; `create`: the drive makes the stream; `input`: what to
 *   generate from, as JSON; `initial`: the body that the server rendered; `client`: the client to use
 *   instead of the provided one; `view`: how to see the stream, such as `smooth`
 * @returns the stream's body and the view's fields as accessors, with `stop`, `start` and `retry`
 * @throws {Error} if there is no `StreamProvider` above and no option `client`
 * @throws {TypeError} in development, if an option is unknown or wrong
 * @example
 * const { text, status, error, stop } = useStream(() => props.id, { driven: true, input: { prompt } });
 * // <p aria-busy={status() === "streaming"}>{text()}</p>
 * @example
 * const { text } = useStream<typeof streams>(id, { input: { prompt } }); // checks the input's type
 */
export function useStream<
  Server = unknown,
  Fields extends object = object,
  Input = InputOf<Server>,
>(
  id: ValueOrAccessor<string | null | undefined>,
  options: ValueOrAccessor<UseStreamOptions<Input, Fields>> = {},
): UseStreamResult<Fields> {
  const clientOfNow = useClientOfNow();
  const settings = () => untrack(() => toValue(options));

  const client = createMemo(() => clientOfNow(toValue(options).client));
  const key = createMemo(() => toValue(id) ?? undefined);
  const driven = createMemo(() => toValue(options).driven);
  const stream = (): Stream | undefined => openStream(client(), key(), settings());
  const reading = createMemo(() => {
    client();
    key();
    return createReading(settings().view);
  });

  // The snapshot is read anew each time that the stream reports a change.
  const [track, notify] = createSignal(undefined, { equals: false });
  // A server renders `initial`, and a browser hydrates it. The handle, which may know more by then,
  // is asked only after that; a server makes none, so it keeps nothing between requests.
  const [rendersInitial, setRendersInitial] = createSignal(
    isServer || Boolean(sharedConfig.context),
  );
  const shown = createMemo(() => {
    track();
    const initial = key() !== undefined && rendersInitial() ? toValue(options).initial : undefined;
    return reading().show((rendersInitial() ? undefined : stream()?.snapshot()) ?? bodyOf(initial));
  });
  createEffect(() => {
    // A stream is driven by a subscription that has `driven`: if it changes, subscribe again.
    driven();
    const now = stream();
    if (!now) return;
    const leave = reading().subscribe(now, () =>
      batch(() => {
        setRendersInitial(false);
        notify();
      }),
    );
    onCleanup(leave);
  });

  const names = Object.keys(untrack(shown)) as (keyof ReturnType<typeof shown>)[];
  return {
    ...Object.fromEntries(names.map((name) => [name, createMemo(() => shown()[name])])),
    stop: async () => untrack(stream)?.stop(),
    start: () => untrack(stream)?.start(),
    retry: () => untrack(stream)?.retry(),
  } as unknown as UseStreamResult<Fields>;
}
