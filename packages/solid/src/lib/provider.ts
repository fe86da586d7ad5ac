import type { StreamClient, StreamClientOptions } from "@twinstream/core";
import { followClient } from "@twinstream/core/bindings";
import { createComponent, createContext, type JSX, splitProps, useContext } from "solid-js";

const ClientOfNow = createContext<() => StreamClient>();

/**
 * Props of `StreamProvider`: a client, or the options of one, which it makes and keeps.
 * Props may be reactive: `client`, `url` and `headers` are followed as they change, the rest is read once.
 */
export type StreamProviderProps = { children?: JSX.Element } & (
  | { client: StreamClient }
  | ({ client?: undefined } & StreamClientOptions)
);

/**
 * Provides a client to every `useStream` below it. In server rendering, make one client for each request.
 *
 * @param props `client`; or the options of a client, to make one
 * @throws {TypeError} if it has neither a client nor a `url` or `source` to make one
 * @example
 * const client = createStreamClient({ url: "/api/streams" });
 * <StreamProvider client={client}><Chat /></StreamProvider>
 * @example
 * <StreamProvider url="/api/streams" headers={{ authorization: token() }}><Chat /></StreamProvider>
 */
export function StreamProvider(props: StreamProviderProps): JSX.Element {
  const [, options] = splitProps(props, ["client", "children"]);
  const value = followClient(() => props.client ?? (options as StreamClientOptions));
  return createComponent(ClientOfNow.Provider, {
    value,
    get children() {
      return props.children;
    },
  });
}

/**
 * The client that `useStream` uses.
 *
 * @param own a client to use instead of the provided one
 * @returns `own`, or else the client of the nearest `StreamProvider`, as it is now
 * @throws {Error} if there is neither
 * @example
 * const client = useStreamClient();
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  return useClientOfNow()(own);
}

/** Returns what returns the client to use now, also outside of an owner. */
export function useClientOfNow(): (own?: StreamClient) => StreamClient {
  const provided = useContext(ClientOfNow);
  return (own = provided?.()) => {
    if (own) return own;
    throw new Error(
      "No stream client: wrap the component in <StreamProvider client={…}>, or pass `client` to useStream.",
    );
  };
}
