import type {
  Stream,
  StreamBody,
  StreamClient,
  StreamError,
  StreamOptions,
  StreamStatus,
} from "@twinstream/core";
import {
  type ComputedRef,
  computed,
  getCurrentInstance,
  type MaybeRefOrGetter,
  onMounted,
  shallowRef,
  toValue,
  watch,
} from "vue";
import { useStreamClient } from "./provide.ts";

/** How `useStream` reads a stream. */
export interface UseStreamOptions extends StreamOptions {
  /** The client to use instead of the provided one; read once. */
  client?: StreamClient;
}

/** A stream as a component sees it. */
export interface UseStreamResult {
  /** The text so far; it only grows. */
  readonly text: ComputedRef<string>;
  /** Where the stream stands; `pending` while there is no id. */
  readonly status: ComputedRef<StreamStatus>;
  /** Why the stream is in `error`, or what the client is retrying after. */
  readonly error: ComputedRef<StreamError | undefined>;
  /** Cancels the generation, everywhere. The text so far stays. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, if nothing has started it yet. */
  readonly start: () => void;
}

const pending: StreamBody = { text: "", status: "pending" };

/**
 * Reads a stream, and drives it where `driven` is true.
 *
 * One request is sent for one stream, however many components read it or mount again.
 * While `id` is undefined or null the stream is pending and nothing is sent; when `id` changes,
 * no text of the old stream is shown any more. It ends with the component, or with the effect
 * scope that it was called in.
 *
 * @param id the stream's id: a value, a ref or a getter
 * @param options a value, a ref or a getter of `driven` (default false): this tab starts the
 *   generation and reads it as it is written; `input`: what to generate from; `initial`: the body
 *   that the server rendered; `client`: instead of the provided one
 * @throws where no client is provided and none is given
 * @example
 * const { text, status, stop } = useStream(() => props.id, { driven: true, input: { prompt } });
 */
export function useStream(
  id: MaybeRefOrGetter<string | null | undefined>,
  options: MaybeRefOrGetter<UseStreamOptions> = {},
): UseStreamResult {
  const client = useStreamClient(toValue(options).client);
  const instance = getCurrentInstance();
  const browser = typeof window !== "undefined";

  const key = computed(() => toValue(id) ?? undefined);
  const stream = (): Stream | undefined =>
    key.value === undefined ? undefined : client.stream(key.value, toValue(options));

  // Below 0: what a server renders, and a browser takes over, is `initial`. The handle, which may
  // know more by then, is asked only afterwards; a server makes none, so it keeps nothing.
  const version = shallowRef(!browser || instance?.vnode.el ? -1 : 0);
  const body = computed(() => {
    if (key.value === undefined) return pending;
    return (version.value < 0 ? toValue(options).initial : stream()?.snapshot()) ?? pending;
  });

  function attach(): void {
    version.value = 0;
    watch(
      // Whoever comes with `driven` drives, so one whose `driven` changes comes again.
      [key, () => toValue(options).driven],
      (_now, _before, onCleanup) => {
        const leave = stream()?.subscribe(() => {
          version.value += 1;
        });
        if (leave) onCleanup(leave);
      },
      { immediate: true },
    );
  }
  if (instance) onMounted(attach);
  else if (browser) attach();

  return {
    text: computed(() => body.value.text),
    status: computed(() => body.value.status),
    error: computed(() => body.value.error),
    stop: async () => stream()?.stop(),
    start: () => stream()?.start(),
  };
}
