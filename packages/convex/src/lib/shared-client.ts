import { createStreamClient, httpDrive, type StreamClient, StreamError } from "@twinstream/core";
import type { ConvexReactClient } from "convex/react";
import { makeFunctionReference } from "convex/server";
import { convexSource } from "./convex-source.ts";
import { messageOf } from "./message-of.ts";
import type { PersistedBody } from "./persisted-body.ts";

/** Options of `useStream`. They may be inline: the object's identity does not matter. */
export interface UseStreamOptions {
  /** Sent as `Authorization: Bearer …` with the request that starts the generation. Default: none. */
  authToken?: string | null;
  /** More headers of that request. Default: none. */
  headers?: Record<string, string>;
  /**
   * Ends the generation, by a mutation of the app. If it is given, the result has `stop`.
   * @example { stop: (streamId) => stopStream({ streamId }) }
   */
  stop?: (streamId: string) => unknown;
}

/** The client of one query and one endpoint. */
export interface SharedClient {
  readonly client: StreamClient;
  /** The options that each stream's component has committed last, by stream id. */
  readonly optionsById: Map<string, UseStreamOptions>;
}

const sharedClients = new WeakMap<ConvexReactClient, Map<string, SharedClient>>();

/**
 * The client of all components that stream by the same Convex client, query and URL. They share it
 * even if they pass other objects at each render, so that one request is sent for one stream.
 * @param convex the app's Convex client
 * @param query the query's name
 * @param url the address of the HTTP action
 */
export function sharedClient(convex: ConvexReactClient, query: string, url: string): SharedClient {
  const own = sharedClients.get(convex) ?? new Map<string, SharedClient>();
  sharedClients.set(convex, own);
  const key = `${query} ${url}`;
  const known = own.get(key);
  if (known) return known;
  const made = create(convex, query, url);
  own.set(key, made);
  return made;
}

function create(convex: ConvexReactClient, query: string, url: string): SharedClient {
  const optionsById = new Map<string, UseStreamOptions>();
  const headersOf = (id: string) => {
    const { authToken, headers } = optionsById.get(id) ?? {};
    const all = new Headers(headers);
    if (authToken) all.set("Authorization", `Bearer ${authToken}`);
    return all;
  };
  const post = httpDrive({ url, body: ({ id }) => ({ streamId: id }) });
  const client = createStreamClient({
    source: convexSource(
      convex,
      makeFunctionReference<"query", { streamId: string }, PersistedBody>(query),
    ),
    // Each stream has its own headers, which its component gives.
    drive: {
      drive: (request, sink) =>
        post.drive({ ...request, headers: async () => headersOf(request.id) }, sink),
    },
    async stop({ id }) {
      try {
        await optionsById.get(id)?.stop?.(id);
      } catch (error) {
        // Convex's client retries by itself, so what it throws is the app's own refusal.
        throw new StreamError("rejected", messageOf(error), { cause: error });
      }
    },
  });
  return { client, optionsById };
}
