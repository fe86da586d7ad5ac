import type { StreamClient } from "@twinstream/core";
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from "react";

const StreamContext = createContext<StreamClient | undefined>(undefined);

/** What `StreamProvider` is given. */
export interface StreamProviderProps {
  /** The client that every `useStream` below uses. In server rendering: one for each request. */
  client: StreamClient;
  children?: ReactNode;
}

/**
 * Gives a client to every `useStream` below it.
 * @example
 * const client = createStreamClient({ url: "/api/streams" });
 * <StreamProvider client={client}><Chat /></StreamProvider>
 */
export function StreamProvider({ client, children }: StreamProviderProps): ReactElement {
  return createElement(StreamContext.Provider, { value: client }, children);
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
      "There is no stream client here. Wrap the component in <StreamProvider client={…}>, or give useStream the option client.",
    );
  }
  return client;
}
