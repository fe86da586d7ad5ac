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
 * Gives a client to every `useStream` below this component; call it in `setup`.
 * In server rendering: one client for each request.
 * @example
 * provideStreamClient(createStreamClient({ url: "/api/streams" }));
 */
export function provideStreamClient(client: StreamClient): void {
  provide(streamClient, client);
}

/**
 * Gives a client to every `useStream` of an app.
 * @example
 * app.use(streamPlugin, createStreamClient({ url: "/api/streams" }));
 */
export const streamPlugin: Plugin<[client: StreamClient]> = {
  install(app: App, client: StreamClient) {
    app.provide(streamClient, client);
  },
};

/**
 * The client that was provided above, or `own` where it is given.
 * @throws where there is neither
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  const client = own ?? (hasInjectionContext() ? inject(streamClient, undefined) : undefined);
  if (!client) {
    throw new Error(
      "No stream client: call app.use(streamPlugin, client) or provideStreamClient(client), or give useStream a client.",
    );
  }
  return client;
}
