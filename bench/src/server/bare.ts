import type { ServerResponse } from "node:http";
import { listen, names } from "../lib/listen.ts";
import { tokens } from "../lib/tokens.ts";
import { paceOf, queryOf, type Server } from "./contender.ts";

/** The limit: tokens go to the driver, and to all who follow, and nowhere else. `onToken` is run for each. */
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
    prepare: async (count) => names(count),
    drive: (id, pace) => ({ port, method: "POST", path: `/${id}?${queryOf(pace)}` }),
    follow: (id) => ({ port, method: "GET", path: `/${id}` }),
    close,
  };
}
