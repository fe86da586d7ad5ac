import { createStreamClient } from "../src/index.ts";
import { Clock, Page } from "./proof/clock.ts";
import { Server } from "./proof/server.ts";

/** One page with a client, a server, and a clock that goes when told. */
export function world(more: { drive?: string } = {}) {
  const clock = new Clock();
  const server = new Server();
  const page = new Page("one", clock);
  const client = createStreamClient({
    url: "http://server/streams",
    platform: page.platform,
    fetch: server.fetchFor(page),
    ...more,
  });
  const sent = () => server.log.map(({ what }) => what);
  return { clock, server, page, client, sent };
}
