import { bodyOf, type InputOf, type Stream, type StreamClient } from "@twinstream/core";
import {
  createReading,
  openStream,
  type Reading,
  type StreamControls,
  type UseStreamOptions,
  type ViewedFields,
} from "@twinstream/core/bindings";
import {
  type ComputedRef,
  computed,
  customRef,
  getCurrentInstance,
  type MaybeRefOrGetter,
  onMounted,
  shallowRef,
  toValue,
  watch,
} from "vue";
import { useClientOfNow } from "./provide.ts";

/** A stream as a component sees it: a ref for each field of the body and of the view. */
export type UseStreamResult<Fields extends object = object> = {
  readonly [Name in keyof Required<ViewedFields<Fields>>]: ComputedRef<ViewedFields<Fields>[Name]>;
} & StreamControls;

/** The stream that is read now. */
interface Target {
  readonly client: StreamClient;
  readonly id: string | undefined;
  readonly reading: Reading;
}

/**
 * Reads a stream, and drives it if `driven` is true. It ends with the component, or with the effect
 * scope that it was called in.
 *
 * One request is sent for a stream, however many components read it or mount again. While `id` is
 * undefined or null, the stream is pending and nothing is sent. When `id` changes, no text of the
 * old stream is shown any more.
 *
 * @param id the stream's id: a value, a ref or a getter
 * @param options a value, a ref or a getter. `driven` (default false): this tab starts the
 *   generation, and reads it as it is written; `create`: the drive makes the stream; `input`: what to
 *   generate from, as JSON; `initial`: the body that the server rendered; `client`: the client to use
 *   instead of the provided one; `view`: how to see the stream, such as `smooth`
 * @returns the stream's body and the view's fields as refs, with `stop`, `start` and `retry`
 * @throws {Error} if no client was provided and there is no option `client`
 * @throws {TypeError} in development, if an option is unknown or wrong
 * @example
 * const { text, status, error, stop } = useStream(() => props.id, { driven: true, input: { prompt } });
 * // <p :aria-busy="status === 'streaming'">{{ text }}</p>
 * @example
 * const { text } = useStream<typeof streams>(id, { input: { prompt } }); // checks the input's type
 */
export function useStream<
  Server = unknown,
  Fields extends object = object,
  Input = InputOf<Server>,
>(
  id: MaybeRefOrGetter<string | null | undefined>,
  options: MaybeRefOrGetter<UseStreamOptions<Input, Fields>> = {},
): UseStreamResult<Fields> {
  const clientOfNow = useClientOfNow();
  const instance = getCurrentInstance();
  const isBrowser = typeof window !== "undefined";

  // The same target until the client or the id changes, whatever else the options do.
  const target = computed<Target>((old) => {
    const client = clientOfNow(toValue(options).client);
    const now = toValue(id) ?? undefined;
    if (old?.client === client && old.id === now) return old;
    return { client, id: now, reading: createReading(toValue(options).view) };
  });
  const stream = (): Stream | undefined =>
    openStream(target.value.client, target.value.id, toValue(options));

  // Read anew each time that the stream reports a change.
  let notify = () => {};
  const snapshot = customRef((track, trigger) => {
    notify = trigger;
    return {
      get() {
        track();
        return stream()?.snapshot();
      },
      set() {},
    };
  });
  // A server renders `initial`, and a browser hydrates it. The handle, which may know more by then,
  // is asked only after that; a server makes none, so it keeps nothing between requests.
  const rendersInitial = shallowRef(!isBrowser || Boolean(instance?.vnode.el));
  const shown = computed(() => {
    const { id, reading } = target.value;
    const initial = id !== undefined && rendersInitial.value ? toValue(options).initial : undefined;
    return reading.show((rendersInitial.value ? undefined : snapshot.value) ?? bodyOf(initial));
  });

  const names = Object.keys(shown.value) as (keyof typeof shown.value)[];

  function attach(): void {
    rendersInitial.value = false;
    watch(
      // A stream is driven by a subscription that has `driven`: if it changes, subscribe again.
      [target, () => toValue(options).driven],
      (_now, _before, onCleanup) => {
        const now = stream();
        if (now) onCleanup(target.value.reading.subscribe(now, notify));
      },
      { immediate: true },
    );
  }
  if (instance) onMounted(attach);
  else if (isBrowser) attach();

  return {
    ...Object.fromEntries(names.map((name) => [name, computed(() => shown.value[name])])),
    stop: async () => stream()?.stop(),
    start: () => stream()?.start(),
    retry: () => stream()?.retry(),
  } as unknown as UseStreamResult<Fields>;
}
