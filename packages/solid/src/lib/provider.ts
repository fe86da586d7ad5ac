import { createStreamClient, type StreamClient, type StreamClientOptions } from "@twinstream/core";
import {
  createComponent,
  createContext,
  type JSX,
  splitProps,
  untrack,
  useContext,
} from "solid-js";

const StreamContext = createContext<StreamClient>();

/**
 * What `StreamProvider` is given: a client, or the options of one, which it makes and keeps.
 * `headers` may be reactive; the other options are read once.
 */
export type StreamProviderProps = { children?: JSX.Element } & (
  | { client: StreamClient }
  | ({ client?: undefined } & StreamClientOptions)
);

/**
 * Gives a client to every `useStream` below it. In server rendering: one client for each request.
 * @throws TypeError where it is given neither a client nor a `url` or `source` to make one
 * @example
 * const client = createStreamClient({ url: "/api/streams" });
 * <StreamProvider client={client}><Chat /></StreamProvider>
 * @example
 * <StreamProvider url="/api/streams" headers={{ authorization: token() }}><Chat /></StreamProvider>
 */
export function StreamProvider(props: StreamProviderProps): JSX.Element {
  const [, rest] = splitProps(props, ["client", "children"]);
  const value = untrack(() => props.client ?? makeClient(rest as StreamClientOptions));
  return createComponent(StreamContext.Provider, {
    value,
    get children() {
      return props.children;
    },
  });
}

function makeClient(options: StreamClientOptions): StreamClient {
  return createStreamClient({
    ...options,
    headers: async () => {
      const { headers } = options;
      return (typeof headers === "function" ? await headers() : headers) ?? {};
    },
  });
}

/**
 * The client of the nearest `StreamProvider`, or `own` where it is given.
 * @throws where there is neither
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  const client = own ?? useContext(StreamContext);
  if (!client) {
    throw new Error(
      "No stream client: wrap the component in <StreamProvider client={…}>, or give useStream a client.",
    );
  }
  return client;
}
