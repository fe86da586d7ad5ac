import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Listener } from "../server/server.ts";

/** Starts a bare node:http server on a free port of loopback. */
export async function listen(
  listener: Listener,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 }, resolve),
  );
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** New ids for `count` streams of a server where streams need not be created. */
export const newIds = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());
