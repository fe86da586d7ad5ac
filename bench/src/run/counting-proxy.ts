import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy on loopback that counts the bytes that pass through it. */
export interface Proxy {
  readonly port: number;
  /** Bytes from the server to the clients, with headers and framing. */
  readonly down: number;
  /** Bytes from the clients to the server. */
  readonly up: number;
  readonly connections: number;
  close(): Promise<void>;
}

let total = 0;

/** A counter that changes with every byte and connection through any proxy of this process. */
export const transferred = () => total;

/**
 * Starts a proxy in front of the server on the port `target`.
 *
 * @param delayMs how long the bytes take each way, in ms; connections open without a delay
 */
export async function countingProxy(target: number, delayMs = 0): Promise<Proxy> {
  // Timers of the same duration run in the order in which they were set: the bytes keep their order.
  const later = delayMs > 0 ? (run: () => void) => setTimeout(run, delayMs) : undefined;
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
        if (later) later(() => to.write(chunk));
        else to.write(chunk);
      });
      from.on("end", () => (later ? later(() => to.end()) : to.end()));
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
