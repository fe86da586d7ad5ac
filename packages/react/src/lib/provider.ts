import type { StreamClient, StreamClientOptions } from "@twinstream/core";
import { followClient } from "@twinstream/core/bindings";
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useInsertionEffect,
  useRef,
  useState,
} from "react";

const StreamContext = createContext<StreamClient | undefined>(undefined);

/**
 * Props of `StreamProvider`: a client, or the options of one, which it makes and keeps.
 * Options may be inline: `url` and `headers` are followed as they change, the rest is read once.
 */
export type StreamProviderProps = { children?: ReactNode } & (
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
 * <StreamProvider url="/api/streams" headers={{ authorization: token }}><Chat /></StreamProvider>
 */
export function StreamProvider(props: StreamProviderProps): ReactElement {
  const { client, children } = props;
  return client
    ? createElement(StreamContext.Provider, { value: client }, children)
    : createElement(OwnClient, props, children);
}

/** Makes a client when it is first rendered, and again when the url changes. Headers may change freely. */
function OwnClient({ children, client: _, ...options }: StreamProviderProps): ReactElement {
  const given = options as StreamClientOptions;
  const latest = useRef(given);
  useInsertionEffect(() => {
    latest.current = given;
  });
  const url = given.url && String(given.url);
  const make = () => ({
    url,
    client: followClient(() => ({ ...given, headers: latest.current.headers }))(),
  });
  const [own, setOwn] = useState(make);
  if (own.url !== url) setOwn(make());
  return createElement(StreamContext.Provider, { value: own.client }, children);
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
  const provided = useContext(StreamContext);
  const client = own ?? provided;
  if (!client) {
    throw new Error(
      "No stream client: wrap the component in <StreamProvider client={…}>, or pass `client` to useStream.",
    );
  }
  return client;
}
