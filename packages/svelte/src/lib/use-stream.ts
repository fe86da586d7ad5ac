import { bodyOf, type InputOf, type Stream, type StreamClient } from "@twinstream/core";
import {
  createReading,
  openStream,
  type Reading,
  type StreamControls,
  type UseStreamOptions,
  type ViewedFields,
} from "@twinstream/core/bindings";
import { onMount } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { type Readable, toStore } from "svelte/store";
import { useClientOfNow } from "./context.ts";
import { toValue, type ValueOrGetter } from "./value-or-getter.ts";

type Shown<Fields extends object> = ViewedFields<Fields> & StreamControls;
type Snapshot<Fields extends object> = {
  readonly [Name in keyof Shown<Fields>]: Shown<Fields>[Name];
};

/**
 * A stream as a component sees it, read by its properties (`stream.text`), which are reactive where
 * they are read, or as a store (`$stream.text`).
 */
export type UseStreamResult<Fields extends object = object> = Snapshot<Fields> &
  Readable<Snapshot<Fields>>;

/** The stream that is read now. */
interface Target {
  readonly client: StreamClient;
  readonly id: string | undefined;
  readonly reading: Reading;
}

/**
 * Reads a stream, and drives it if `driven` is true. Call it while a component initialises.
 *
 * One request is sent for a stream, however many components read it or mount again. While `id` is
 * undefined or null, the stream is pending and nothing is sent. When `id` changes, no text of the
 * old stream is shown any more.
 *
 * @param id the stream's id, or a function that returns it: `() => id` if it is a rune
 * @param options an object, or a function that returns it. `driven` (default false): this tab starts
 *   the generation, and reads it as it is written; `create`: the drive makes the stream; `input`:
 *   what to generate from, as JSON; `initial`: the body that the server rendered; `client`: the
 *   client to use instead of the provided one; `view`: how to see the stream, such as `smooth`
 * @returns the stream's body with the view's fields, and `stop`, `start` and `retry`. Do not
 *   destructure it: the fields are plain values then
 * @throws {Error} if no client was set above and there is no option `client`
 * @throws {TypeError} in development, if an option is unknown or wrong
 * @example
 * const stream = useStream(() => id, { driven: true, input: { prompt } });
 * // <p aria-busy={stream.status === "streaming"}>{stream.text}</p>, or {$stream.text}
 * @example
 * const stream = useStream<typeof streams>(() => id, { input: { prompt } }); // checks the input's type
 */
export function useStream<
  Server = unknown,
  Fields extends object = object,
  Input = InputOf<Server>,
>(
  id: ValueOrGetter<string | null | undefined>,
  options: ValueOrGetter<UseStreamOptions<Input, Fields>> = {},
): UseStreamResult<Fields> {
  const clientOfNow = useClientOfNow();
  const isBrowser = typeof window !== "undefined";
  let notify: (() => void) | undefined;
  const track = createSubscriber((update) => {
    notify = update;
    return () => {
      notify = undefined;
    };
  });

  // The same target until the client or the id changes, whatever else the options do.
  let last: Target | undefined;
  const target = (): Target => {
    const client = clientOfNow(toValue(options).client);
    const now = toValue(id) ?? undefined;
    if (last?.client !== client || last.id !== now) {
      last = { client, id: now, reading: createReading(toValue(options).view) };
    }
    return last;
  };
  const stream = (): Stream | undefined => {
    const { client, id } = target();
    return openStream(client, id, toValue(options));
  };
  const show = () => {
    const { id, reading } = target();
    // A server renders `initial`. It makes no handle, so it keeps nothing between requests.
    const initial = isBrowser || id === undefined ? undefined : toValue(options).initial;
    return reading.show((isBrowser ? stream()?.snapshot() : undefined) ?? bodyOf(initial));
  };
  const shown = () => {
    track();
    return show();
  };

  onMount(() => {
    let before: Target | undefined;
    let driven: boolean | undefined;
    let leave: (() => void) | undefined;
    // A stream is driven by a subscription that has `driven`: if it changes, subscribe again.
    const unwatch = toStore(() => [target(), toValue(options).driven] as const).subscribe((now) => {
      if (now[0] === before && now[1] === driven) return;
      [before, driven] = now;
      leave?.();
      const own = stream();
      leave = own && before.reading.subscribe(own, () => notify?.());
    });
    return () => {
      unwatch();
      leave?.();
    };
  });

  const controls: StreamControls = {
    stop: async () => stream()?.stop(),
    start: () => stream()?.start(),
    retry: () => stream()?.retry(),
  };
  const { subscribe } = toStore(() => ({ ...shown(), ...controls }));
  const result = { ...controls, subscribe };
  for (const name of Object.keys(show()) as (keyof ReturnType<typeof show>)[]) {
    Object.defineProperty(result, name, { enumerable: true, get: () => shown()[name] });
  }
  return result as unknown as UseStreamResult<Fields>;
}
