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
import { useStreamClient } from "./provide.ts";

/** Options of `useStream`. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use. Read once. Default: the provided one. */
  client?: StreamClient;
}

/** A stream as a component sees it. */
export interface UseStreamResult {
  /** The text so far. It only grows. */
  readonly text: ComputedRef<string>;
  /** Where the stream stands. `pending` while there is no id. */
  readonly status: ComputedRef<StreamStatus>;
  /** Why the stream is in `error`, or which failure the client is retrying after. */
  readonly error: ComputedRef<StreamError | undefined>;
  /** Cancels the generation, for all readers. The text so far stays. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, unless it has been started. */
  readonly start: () => void;
}

const PENDING: StreamBody = { text: "", status: "pending" };

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
 *   generation, and reads it as it is written; `input`: what to generate from, as JSON; `initial`:
 *   the body that the server rendered; `client`: the client to use instead of the provided one
 * @returns the stream's body as refs, with `stop` and `start`
 * @throws {Error} if no client was provided and there is no option `client`
 * @example
 * const { text, status, stop } = useStream(() => props.id, { driven: true, input: { prompt } });
 * // <p :aria-busy="status === 'streaming'">{{ text }}</p>
 */
export function useStream(
  id: MaybeRefOrGetter<string | null | undefined>,
  options: MaybeRefOrGetter<UseStreamOptions> = {},
): UseStreamResult {
  const client = useStreamClient(toValue(options).client);
  const instance = getCurrentInstance();
  const isBrowser = typeof window !== "undefined";

  const key = computed(() => toValue(id) ?? undefined);
  const stream = (): Stream | undefined => {
    const { client: _, ...rest } = toValue(options);
    return key.value === undefined ? undefined : client.stream(key.value, rest);
  };

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
  const body = computed((): StreamBody => {
    if (key.value === undefined) return PENDING;
    if (rendersInitial.value) return bodyOf(toValue(options).initial);
    return snapshot.value ?? PENDING;
  });

  function attach(): void {
    rendersInitial.value = false;
    watch(
      // A stream is driven by a subscription that has `driven`: if it changes, subscribe again.
      [key, () => toValue(options).driven],
      (_now, _before, onCleanup) => {
        const leave = stream()?.subscribe(notify);
        if (leave) onCleanup(leave);
      },
      { immediate: true },
    );
  }
  if (instance) onMounted(attach);
  else if (isBrowser) attach();

  return {
    text: computed(() => body.value.text),
    status: computed(() => body.value.status),
    error: computed(() => body.value.error),
    stop: async () => stream()?.stop(),
    start: () => stream()?.start(),
  };
}
