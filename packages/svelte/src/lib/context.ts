import type { StreamClient } from "@twinstream/core";
import { getContext, setContext } from "svelte";

const key = Symbol("twinstream");

/**
 * Provides a client to every `useStream` in this component and below it. Call it while the component
 * initialises. In server rendering, make one client for each request.
 *
 * @param client the client
 * @example
 * setStreamClient(createStreamClient({ url: "/api/streams" }));
 */
export function setStreamClient(client: StreamClient): void {
  setContext(key, client);
}

/**
 * The client that `useStream` uses.
 *
 * @param own a client to use instead of the provided one
 * @returns `own`, or else the client that was set above
 * @throws {Error} if there is neither
 * @example
 * const client = useStreamClient();
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  const client = own ?? getContext<StreamClient | undefined>(key);
  if (!client) {
    throw new Error(
      "No stream client: call setStreamClient(client) in a component above, or pass `client` to useStream.",
    );
  }
  return client;
}
