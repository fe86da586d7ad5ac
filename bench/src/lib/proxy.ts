import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy on loopback that counts what passes through it. */
export interface Proxy {
  readonly port: number;
  /** From the server to the clients, in bytes: headers and framing included. */
  readonly down: number;
  /** From the clients to the server, in bytes. */
  readonly up: number;
  readonly connections: number;
  close(): Promise<void>;
}

let total = 0;

/** What has passed all proxies of this process so far, in bytes and connections. */
export const passed = () => total;

/** Stands before the server on `target`. */
export async function countingProxy(target: number): Promise<Proxy> {
  let down = 0;
  let up = 0;
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    connections++;
    total++;
    const upstream = connect({ port: target, host: "127.0.0.1", noDelay: true });
    client.setNoDelay(true);
    for (const [from, to, count] of [
      [
        client,
        upstream,
        (bytes: number) => {
          up += bytes;
        },
      ],
      [
        upstream,
        client,
        (bytes: number) => {
          down += bytes;
        },
      ],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        count(chunk.length);
        total += chunk.length;
        to.write(chunk);
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        total++;
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get down() {
      return down;
    },
    get up() {
      return up;
    },
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
