import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startSingleServer } from "../server/single-server.ts";
import { atMost, mega, serveAnother } from "./bounds.ts";

const CLIENTS = 1_000;
const BOUND = 64 * 2 ** 20;

/** Sends many requests byte by byte and never to their end: half of them heads, half of them bodies. */
export async function slowClients(scale: number): Promise<string> {
  const clients = Math.ceil(CLIENTS * scale);
  const server = await startSingleServer();
  const sockets: Socket[] = [];
  try {
    await serveAnother(server);
    const before = await server.settledUsage();
    const id = await server.create();
    for (let index = 0; index < clients; index += 1) {
      const socket = connect({ port: server.port, host: "127.0.0.1" });
      socket.on("error", () => {});
      socket.write(
        index % 2 === 0
          ? `GET /api/streams/${id} HTTP/1.1\r\nx-slow: `
          : `POST /api/streams/${id}/drive HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n"`,
      );
      sockets.push(socket);
    }
    for (let round = 0; round < 20; round += 1) {
      for (const socket of sockets) socket.write("a");
      if (round % 5 === 0) await serveAnother(server);
      await sleep(50);
    }
    const during = await server.usage();
    atMost("memory grew", during.rss - before.rss, BOUND);
    if (server.crash) throw new Error(server.crash);
    return `${clients} that never finish their requests hold ${mega(during.rss - before.rss)}; others are served`;
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
}
