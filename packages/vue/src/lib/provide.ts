import type { StreamClient } from "@twinstream/core";
import {
  type App,
  hasInjectionContext,
  type InjectionKey,
  inject,
  type Plugin,
  provide,
} from "vue";

const streamClient: InjectionKey<StreamClient> = Symbol("twinstream");

/**
 * Provides a client to every `useStream` below this component. Call it in `setup`. In server
 * rendering, make one client for each request.
 *
 * @param client the client
 * @example
 * provideStreamClient(createStreamClient({ url: "/api/streams" }));
 */
export function provideStreamClient(client: StreamClient): void {
  provide(streamClient, client);
}

/**
 * Provides a client to every `useStream` of an app.
 *
 * @example
 * app.use(streamPlugin, createStreamClient({ url: "/api/streams" }));
 */
export const streamPlugin: Plugin<[client: StreamClient]> = {
  install(app: App, client: StreamClient) {
    app.provide(streamClient, client);
  },
};

/**
 * The client that `useStream` uses.
 *
 * @param own a client to use instead of the provided one
 * @returns `own`, or else the client that was provided above
 * @throws {Error} if there is neither
 * @example
 * const client = useStreamClient();
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  const client = own ?? (hasInjectionContext() ? inject(streamClient, undefined) : undefined);
  if (!client) {
    throw new Error(
      "No stream client: call app.use(streamPlugin, client) or provideStreamClient(client), or pass `client` to useStream.",
    );
  }
  return client;
}
