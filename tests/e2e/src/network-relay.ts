import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { reset } from "@twinstream/harness/reset";

/** A TCP relay between a browser and an app, which can be cut. */
export interface Network {
  /** The app's address through this relay. */
  readonly url: string;
  /** Breaks every open connection and refuses new ones. */
  off(): void;
  on(): void;
  close(): Promise<void>;
}

/**
 * Starts a relay in front of an app. A browser's offline mode keeps open connections and fails only new
 * requests. A lost network breaks both.
 */
export async function startNetwork(app: { readonly url: string }): Promise<Network> {
  const target = Number(new URL(app.url).port);
  const sockets = new Set<Socket>();
  let working = true;

  const server = createServer((near) => {
    if (!working) return reset(near);
    const far = connect(target, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        reset(other);
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    off() {
      working = false;
      for (const socket of sockets) reset(socket);
    },
    on() {
      working = true;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) reset(socket);
        server.close(() => resolve());
      }),
  };
}
