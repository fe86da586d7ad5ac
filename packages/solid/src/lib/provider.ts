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
 * Props of `StreamProvider`: a client, or the options of one, which it makes and keeps.
 * `headers` may be reactive; the other options are read once.
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
  const [, rest] = splitProps(props, ["client", "children"]);
  const value = untrack(() => props.client ?? makeClient(rest as StreamClientOptions));
  return createComponent(StreamContext.Provider, {
    value,
    get children() {
      return props.children;
    },
  });
}

/** Makes a client that reads the headers anew for each request. */
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
 * The client that `useStream` uses.
 *
 * @param own a client to use instead of the provided one
 * @returns `own`, or else the client of the nearest `StreamProvider`
 * @throws {Error} if there is neither
 * @example
 * const client = useStreamClient();
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  const client = own ?? useContext(StreamContext);
  if (!client) {
    throw new Error(
      "No stream client: wrap the component in <StreamProvider client={…}>, or pass `client` to useStream.",
    );
  }
  return client;
}
