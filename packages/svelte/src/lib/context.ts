import type { StreamClient } from "@twinstream/core";
import { type ClientOrOptions, followClient } from "@twinstream/core/bindings";
import { getContext, setContext } from "svelte";
import { toValue, type ValueOrGetter } from "./value-or-getter.ts";

const key = Symbol("twinstream");

/**
 * Provides a client to every `useStream` in this component and below it. Call it while the component
 * initialises. In server rendering, make one client for each request.
 *
 * @param client a client, or the options of one, which it makes and keeps; or a function that returns
 *   them, and may read runes. Of options, `url` and `headers` are followed as they change, the rest
 *   is read once
 * @example
 * setStreamClient(createStreamClient({ url: "/api/streams" }));
 * @example
 * setStreamClient(() => ({ url: "/api/streams", headers: { authorization: token } }));
 */
export function setStreamClient(client: ValueOrGetter<ClientOrOptions>): void {
  setContext(
    key,
    followClient(() => toValue(client)),
  );
}

/**
 * The client that `useStream` uses.
 *
 * @param own a client to use instead of the provided one
 * @returns `own`, or else the client that was set above, as it is now
 * @throws {Error} if there is neither
 * @example
 * const client = useStreamClient();
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  return useClientOfNow()(own);
}

/** Returns what returns the client to use now, also after the component has initialised. */
export function useClientOfNow(): (own?: StreamClient) => StreamClient {
  const provided = getContext<(() => StreamClient) | undefined>(key);
  return (own = provided?.()) => {
    if (own) return own;
    throw new Error(
      "No stream client: call setStreamClient(client) in a component above, or pass `client` to useStream.",
    );
  };
}
