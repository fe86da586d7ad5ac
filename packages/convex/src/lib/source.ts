import { type Source, StreamError } from "@twinstream/core";
import type { GetStreamBody, PersistedBody } from "./body.ts";

/** `ConvexClient` of `convex/browser`, as far as it is needed. */
export interface UpdatingClient {
  onUpdate(
    query: GetStreamBody,
    args: { streamId: string },
    onBody: (body: PersistedBody) => unknown,
    onError?: (error: Error) => unknown,
  ): () => void;
}

/** `ConvexReactClient` of `convex/react`, as far as it is needed. */
export interface WatchingClient {
  watchQuery(
    query: GetStreamBody,
    args: { streamId: string },
  ): { onUpdate(changed: () => void): () => void; localQueryResult(): PersistedBody | undefined };
}

/** Either of Convex's clients. */
export type ConvexClientLike = UpdatingClient | WatchingClient;

/**
 * A source that follows a stream of Convex's persistent text streaming component by the app's own
 * query. Authentication and reconnection are left to Convex's client; the query is watched only
 * while somebody reads the stream and it is not over.
 *
 * @param client the app's `ConvexClient` (`convex/browser`) or `ConvexReactClient` (`convex/react`)
 * @param getStreamBody a public query that takes `{ streamId }` and returns the component's `getStreamBody`
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
        // The query threw; what it says may change, so the client asks again later.
        error: (error) => sink.error(new StreamError("server", messageOf(error), { cause: error })),
      });
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
    },
  };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface Listener {
  next(body: PersistedBody): void;
  error(error: unknown): void;
}

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
