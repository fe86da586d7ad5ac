import type { StreamClient } from "@twinstream/core";
import { createComponent, createContext, type JSX, useContext } from "solid-js";

const StreamContext = createContext<StreamClient>();

/** What `StreamProvider` is given. */
export interface StreamProviderProps {
  /** The client that every `useStream` below uses. In server rendering: one for each request. */
  client: StreamClient;
  children?: JSX.Element;
}

/**
 * Gives a client to every `useStream` below it.
 * @example
 * const client = createStreamClient({ url: "/api/streams" });
 * <StreamProvider client={client}><Chat /></StreamProvider>
 */
export function StreamProvider(props: StreamProviderProps): JSX.Element {
  return createComponent(StreamContext.Provider, {
    value: props.client,
    get children() {
      return props.children;
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
      "There is no stream client here. Wrap the component in <StreamProvider client={…}>, or give useStream the option client.",
    );
  }
  return client;
}
