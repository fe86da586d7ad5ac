import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { reset } from "@twinstream/harness/reset";

/** A TCP relay between servers and their store that can be cut and restored. */
export interface StoreRelay {
  readonly port: number;
  /** `cut` resets connections and refuses new ones; `stall` keeps them open and passes nothing. */
  down(how: "cut" | "stall"): void;
  up(): void;
  close(): Promise<void>;
}

/** Starts a TCP relay to `host:port` on a free port of the loopback interface. */
export async function startStoreRelay(target: { host: string; port: number }): Promise<StoreRelay> {
  let state: "up" | "cut" | "stall" = "up";
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    if (state === "cut") {
      reset(client);
      return;
    }
    const store = connect(target);
    const pair = [client, store] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [store, client] as const]) {
      from.setNoDelay(true);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (state === "stall") from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const each = (act: (socket: Socket) => void) => {
    for (const socket of [...pairs].flat()) act(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    down(how) {
      state = how;
      each((socket) => (how === "cut" ? reset(socket) : socket.pause()));
    },
    up() {
      state = "up";
      each((socket) => socket.resume());
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        each((socket) => socket.destroy());
      }),
  };
}
