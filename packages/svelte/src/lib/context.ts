import type { StreamClient } from "@twinstream/core";
import { getContext, setContext } from "svelte";

const key = Symbol("twinstream");

/**
 * Gives a client to every `useStream` in this component and below it; call it while the component
 * initialises. In server rendering: one client for each request.
 * @example
 * setStreamClient(createStreamClient({ url: "/api/streams" }));
 */
export function setStreamClient(client: StreamClient): void {
  setContext(key, client);
}

/**
 * The client that was set above, or `own` where it is given.
 * @throws where there is neither
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  const client = own ?? getContext<StreamClient | undefined>(key);
  if (!client) {
    throw new Error(
      "No stream client: call setStreamClient(client) in a component above, or give useStream a client.",
    );
  }
  return client;
}
