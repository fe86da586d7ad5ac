import type { StreamClient } from "@twinstream/core";
import { type ClientOrOptions, followClient } from "@twinstream/core/bindings";
import {
  type App,
  hasInjectionContext,
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  type Plugin,
  provide,
  toValue,
} from "vue";

const clientOfNow: InjectionKey<() => StreamClient> = Symbol("twinstream");

/**
 * Provides a client to every `useStream` below this component. Call it in `setup`. In server
 * rendering, make one client for each request.
 *
 * @param client a client, or the options of one, which it makes and keeps: a value, a ref, a getter
 *   or a reactive object. Of options, `url` and `headers` are followed as they change, the rest is
 *   read once
 * @example
 * provideStreamClient(createStreamClient({ url: "/api/streams" }));
 * @example
 * provideStreamClient(() => ({ url: "/api/streams", headers: { authorization: token.value } }));
 */
export function provideStreamClient(client: MaybeRefOrGetter<ClientOrOptions>): void {
  provide(
    clientOfNow,
    followClient(() => toValue(client)),
  );
}

/**
 * Provides a client to every `useStream` of an app. It takes what `provideStreamClient` takes.
 *
 * @example
 * app.use(streamPlugin, { url: "/api/streams" });
 */
export const streamPlugin: Plugin<[client: MaybeRefOrGetter<ClientOrOptions>]> = {
  install(app: App, client: MaybeRefOrGetter<ClientOrOptions>) {
    app.provide(
      clientOfNow,
      followClient(() => toValue(client)),
    );
  },
};

/**
 * The client that `useStream` uses.
 *
 * @param own a client to use instead of the provided one
 * @returns `own`, or else the client that was provided above, as it is now
 * @throws {Error} if there is neither
 * @example
 * const client = useStreamClient();
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  return useClientOfNow()(own);
}

/** Returns what returns the client to use now, also after `setup`. */
export function useClientOfNow(): (own?: StreamClient) => StreamClient {
  const provided = hasInjectionContext() ? inject(clientOfNow, undefined) : undefined;
  return (own = provided?.()) => {
    if (own) return own;
    throw new Error(
      "No stream client: call app.use(streamPlugin, client) or provideStreamClient(client), or pass `client` to useStream.",
    );
  };
}
