import { createStreamClient, httpDrive, type StreamClient } from "@twinstream/core";
import type { ConvexReactClient } from "convex/react";
import { makeFunctionReference } from "convex/server";
import type { GetStreamBody } from "./body.ts";
import { convexSource } from "./source.ts";

/** What a component says of one stream, apart from which it is. */
export interface StreamCall {
  /** Sent as `Authorization: Bearer …`. */
  authToken?: string | null;
  /** Sent with the request that starts the generation. */
  headers?: Record<string, string>;
  /** Ends a generation: calls the app's own mutation for it. */
  stop?: (streamId: string) => unknown;
}

/** One client for one query and one endpoint, and what was last said of each of its streams. */
export interface Shared {
  readonly client: StreamClient;
  readonly calls: Map<string, StreamCall>;
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
  const calls = new Map<string, StreamCall>();
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
    stop: async ({ id }) => void (await calls.get(id)?.stop?.(id)),
  });
  return { client, calls };
}
