import { type Source, StreamError } from "@twinstream/core";
import { messageOf } from "./message-of.ts";
import type { GetStreamBody, PersistedBody } from "./persisted-body.ts";

/** The part of `ConvexClient` (`convex/browser`) that is used. */
export interface UpdatingClient {
  onUpdate(
    query: GetStreamBody,
    args: { streamId: string },
    onBody: (body: PersistedBody) => unknown,
    onError?: (error: Error) => unknown,
  ): () => void;
}

/** The part of `ConvexReactClient` (`convex/react`) that is used. */
export interface WatchingClient {
  watchQuery(
    query: GetStreamBody,
    args: { streamId: string },
  ): { onUpdate(onChange: () => void): () => void; localQueryResult(): PersistedBody | undefined };
}

/** Either of Convex's clients. */
export type ConvexClientLike = UpdatingClient | WatchingClient;

/**
 * A source that follows the streams of Convex's
 * [persistent text streaming component](https://www.convex.dev/components/persistent-text-streaming)
 * by the app's own query. Convex's client authenticates and reconnects. The query is watched only
 * while the stream has readers and has not ended.
 *
 * @param client the app's `ConvexClient` (`convex/browser`) or `ConvexReactClient` (`convex/react`)
 * @param getStreamBody a public query that takes `{ streamId }` and returns the component's `getStreamBody`
 * @returns a source, to be given to `createStreamClient`
 * @example
 * const client = createStreamClient({
 *   drive: new URL("/chat-stream", siteUrl),
 *   source: convexSource(new ConvexClient(url), api.streaming.getStreamBody),
 * });
 */
export function convexSource(client: ConvexClientLike, getStreamBody: GetStreamBody): Source {
  return {
    follow({ id, signal }, sink) {
      const leave = subscribe(client, getStreamBody, id, {
        next: ({ text, status }) => sink.next({ text, status }),
        // The query threw. It may succeed later, so the client asks again.
        error: (error) => sink.error(new StreamError("server", messageOf(error), { cause: error })),
      });
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
    },
  };
}

interface Listener {
  next(body: PersistedBody): void;
  error(error: unknown): void;
}

/** Subscribes to a query, by either client; returns a function that unsubscribes. */
function subscribe(
  client: ConvexClientLike,
  query: GetStreamBody,
  streamId: string,
  listener: Listener,
): () => void {
  const args = { streamId };
  if ("onUpdate" in client) {
    return client.onUpdate(query, args, listener.next, listener.error);
  }
  const watch = client.watchQuery(query, args);
  const read = () => {
    let body: PersistedBody | undefined;
    try {
      body = watch.localQueryResult();
    } catch (error) {
      listener.error(error);
      return;
    }
    if (body) listener.next(body);
  };
  const leave = watch.onUpdate(read);
  read();
  return leave;
}
