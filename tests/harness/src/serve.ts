import type { AddressInfo } from "node:net";
import { serve as serveNode } from "@hono/node-server";

/** A web-standard handler that is served over real HTTP. */
export interface Served {
  /** The origin, `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** Closes the server and every connection. */
  close(): Promise<void>;
}

/** Serves `handler` on a free port of loopback, by `@hono/node-server`. */
export async function serve(
  handler: (request: Request) => Response | Promise<Response>,
): Promise<Served> {
  const server = serveNode({ fetch: handler, port: 0, hostname: "127.0.0.1" });
  if (!server.listening) await new Promise<void>((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
