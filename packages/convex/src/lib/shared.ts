import { createStreamClient, httpDrive, type StreamClient, StreamError } from "@twinstream/core";
import type { ConvexReactClient } from "convex/react";
import { makeFunctionReference } from "convex/server";
import type { GetStreamBody } from "./body.ts";
import { convexSource } from "./source.ts";

/** What a component says of one stream. It may be said inline: the object's identity does not matter. */
export interface StreamOptions {
  /** Sent as `Authorization: Bearer …` with the request that starts the generation. */
  authToken?: string | null;
  /** Further headers of that request. */
  headers?: Record<string, string>;
  /**
   * Ends the generation, by a mutation of the app. With it, the result has `stop`.
   * @example { stop: (streamId) => stopStream({ streamId }) }
   */
  stop?: (streamId: string) => unknown;
}

/** One client for one query and one endpoint, and what was last said of each of its streams. */
export interface Shared {
  readonly client: StreamClient;
  readonly calls: Map<string, StreamOptions>;
}

const shared = new WeakMap<ConvexReactClient, Map<string, Shared>>();

/**
 * What all components that stream by the same app client, query (by its name) and URL share,
 * whatever objects they say it with: so that one request is sent for one stream.
 */
export function sharedFor(convex: ConvexReactClient, query: string, url: string): Shared {
  const ours = shared.get(convex) ?? new Map<string, Shared>();
  shared.set(convex, ours);
  const key = `${query} ${url}`;
  const known = ours.get(key);
  if (known) return known;
  const made = create(convex, query, url);
  ours.set(key, made);
  return made;
}

function create(convex: ConvexReactClient, query: string, url: string): Shared {
  const calls = new Map<string, StreamOptions>();
  const headersOf = (id: string) => {
    const { authToken, headers } = calls.get(id) ?? {};
    const all = new Headers(headers);
    if (authToken) all.set("Authorization", `Bearer ${authToken}`);
    return all;
  };
  const post = httpDrive({ url, body: ({ id }) => ({ streamId: id }) });
  const client = createStreamClient({
    source: convexSource(convex, makeFunctionReference(query) as GetStreamBody),
    // Each stream has headers of its own, as its component gives them.
    drive: {
      drive: (request, sink) =>
        post.drive({ ...request, headers: async () => headersOf(request.id) }, sink),
    },
    async stop({ id }) {
      try {
        await calls.get(id)?.stop?.(id);
      } catch (error) {
        // Convex's client has tried for long enough: what it says is the app's own refusal.
        const message = error instanceof Error ? error.message : String(error);
        throw new StreamError("rejected", message, { cause: error });
      }
    },
  });
  return { client, calls };
}
