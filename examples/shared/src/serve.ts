import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

/** A `Request → Response` application, such as a Hono app. */
export type Fetch = (request: Request, ...rest: never[]) => Response | Promise<Response>;

export interface Serving {
  readonly url: string;
  readonly port: number;
  /** Ends the open connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Serves an application over node:http on this machine's loopback, IPv4 and IPv6.
 *
 * @param options.port the port; 0 = any free port
 * @param options.host the address to listen on instead, such as `0.0.0.0` in a container
 * @param options.websocket a `ws` server in `noServer` mode, for `upgradeWebSocket` routes
 * @throws Error if the port is taken; the message says how to choose another
 */
export async function serve(options: {
  fetch: Fetch;
  port: number;
  host?: string;
  websocket?: Parameters<typeof createAdaptorServer>[0]["websocket"];
}): Promise<Serving> {
  const { fetch, port, host, websocket } = options;
  const servers: Server[] = [];
  const listen = async (host: string, port: number) => {
    const server = createAdaptorServer({ fetch: fetch as never, websocket }) as Server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const bound = await listen(host ?? "127.0.0.1", port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is taken. Choose another: PORT=${port + 1} …`, { cause: error });
  });
  // A browser may look for localhost at ::1. A machine without IPv6 does without.
  if (!host) await listen("::1", bound).catch(() => {});
  return {
    port: bound,
    url: `http://${host && host !== "0.0.0.0" ? host : "localhost"}:${bound}`,
    close: async () => {
      await Promise.all(
        servers.map((server) => {
          const closed = new Promise((resolve) => server.close(resolve));
          server.closeAllConnections();
          return closed;
        }),
      );
    },
  };
}

/**
 * The port that the environment names (`PORT`).
 *
 * @param otherwise the default
 * @throws TypeError if `PORT` is not a port
 */
export function portFromEnv(env: Record<string, string | undefined>, otherwise: number): number {
  const port = Number(env.PORT?.trim() || otherwise);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError(`PORT must be a number from 0 to 65535; it is "${env.PORT}"`);
  }
  return port;
}

/**
 * Prints `ready URL`, and ends the process cleanly on Ctrl-C or SIGTERM.
 *
 * @param close runs before the process ends
 */
export function untilInterrupted(serving: Serving, close: () => Promise<void>): void {
  console.log(`ready ${serving.url}`);
  let ending = false;
  const end = async () => {
    if (ending) process.exit(1); // the second time: at once
    ending = true;
    await close();
    process.exit(0);
  };
  process.on("SIGINT", end).on("SIGTERM", end);
}
