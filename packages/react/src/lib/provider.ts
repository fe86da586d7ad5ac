import { createStreamClient, type StreamClient, type StreamClientOptions } from "@twinstream/core";
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
 * What `StreamProvider` is given: a client, or the options of one, which it makes and keeps.
 * Options may be inline: `url` and `headers` are followed as they change, the rest is read once.
 */
export type StreamProviderProps = { children?: ReactNode } & (
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
 * <StreamProvider url="/api/streams" headers={{ authorization: token }}><Chat /></StreamProvider>
 */
export function StreamProvider(props: StreamProviderProps): ReactElement {
  const { client, children } = props;
  const provider = StreamContext.Provider;
  return client
    ? createElement(provider, { value: client }, children)
    : createElement(OwnClient, props, children);
}

/** Makes a client when it is first rendered and when the url changes; headers may change freely. */
function OwnClient({ children, ...options }: StreamProviderProps): ReactElement {
  const given = options as StreamClientOptions;
  const latest = useRef(given);
  useInsertionEffect(() => {
    latest.current = given;
  });
  const url = given.url && String(given.url);
  const make = () => ({
    url,
    client: createStreamClient({
      ...given,
      headers: async () => {
        const { headers } = latest.current;
        return (typeof headers === "function" ? await headers() : headers) ?? {};
      },
    }),
  });
  const [own, setOwn] = useState(make);
  if (own.url !== url) setOwn(make());
  return createElement(StreamContext.Provider, { value: own.client }, children);
}

/**
 * The client of the nearest `StreamProvider`, or `own` where it is given.
 * @throws where there is neither
 */
export function useStreamClient(own?: StreamClient): StreamClient {
  const provided = useContext(StreamContext);
  const client = own ?? provided;
  if (!client) {
    throw new Error(
      "No stream client: wrap the component in <StreamProvider client={…}>, or give useStream a client.",
    );
  }
  return client;
}
