import type { ServerResponse } from "node:http";
import { listen, newIds } from "../run/listen.ts";
import { tokens } from "../text/tokens.ts";
import { paceOf, queryOf, type Server } from "./server.ts";

/** The upper limit: sends tokens to the driver and to all followers, and stores nothing. Calls `onToken` with each token. */
export async function bare(onToken?: (id: string, token: string) => void): Promise<Server> {
  const followers = new Map<string, Set<ServerResponse>>();
  const text = { "Content-Type": "text/plain; charset=utf-8" };
  const { port, close } = await listen(async (request, response) => {
    const url = new URL(request.url!, "http://localhost");
    const id = url.pathname.slice(1);
    response.writeHead(200, text);
    const group = followers.get(id) ?? new Set();
    followers.set(id, group);
    if (request.method === "GET") {
      group.add(response);
      response.flushHeaders();
      return;
    }
    response.flushHeaders();
    for await (const token of tokens(paceOf(url))) {
      onToken?.(id, token);
      response.write(token);
      for (const follower of group) follower.write(token);
    }
    response.end();
    for (const follower of group) follower.end();
    followers.delete(id);
  });
  return {
    port,
    prepare: async (count) => newIds(count),
    drive: (id, pace) => ({ port, method: "POST", path: `/${id}?${queryOf(pace)}` }),
    follow: (id) => ({ port, method: "GET", path: `/${id}` }),
    close,
  };
}
