import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { trueText } from "../server/answer.ts";
import { startSingleServer } from "../server/single-server.ts";
import { inParallel } from "../util/in-parallel.ts";
import { atMost, mega, serveAnother } from "./bounds.ts";

const FOLLOWERS = 5_000;
// Few, so that each stream has more followers than are notified at once, also at a tenth of the size.
const STREAMS = 5;
const BOUND = FOLLOWERS * 64 * 1024;
const PATIENCE = 120_000;

/** Follows pending streams with many clients. When the streams are driven, each client must get the answer. */
export async function idleFollowers(scale: number): Promise<string> {
  const followers = Math.ceil(FOLLOWERS * scale);
  const server = await startSingleServer();
  const sockets: Socket[] = [];
  try {
    await serveAnother(server);
    const before = await server.settledUsage();
    const ids = await Promise.all(Array.from({ length: STREAMS }, () => server.create()));
    let connected = 0;
    let finished = 0;
    let received = 0;
    await inParallel([...Array(followers).keys()], 50, async (index) => {
      const socket = await follow(server.port, ids[index % STREAMS]!);
      connected += 1;
      let tail = "";
      socket.on("data", (chunk) => {
        received += chunk.length;
        tail = (tail + chunk.toString("latin1")).slice(-7);
        // The end of a chunked body.
        if (tail.endsWith("\r\n0\r\n\r\n") || tail === "0\r\n\r\n") finished += 1;
      });
      sockets.push(socket);
    });
    const during = await server.settledUsage();
    await serveAnother(server);

    const input = { seed: 5, length: 500, pace: 1 };
    await Promise.all(ids.map(async (id) => (await server.drive(id, input)).text()));
    const deadline = performance.now() + PATIENCE;
    while (finished < followers && performance.now() < deadline) await sleep(50);
    if (finished < followers) throw new Error(`${followers - finished} followers have no end`);
    const least = followers * Buffer.byteLength(trueText(input));
    if (received < least) throw new Error(`${least - received} bytes are missing`);
    atMost("memory grew", during.rss - before.rss, BOUND);
    if (server.crash) throw new Error(server.crash);
    return `${connected} hold ${mega(during.rss - before.rss)}, and all of them read the answer to its end`;
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
}

/** Follows a stream. Resolves when the answer's head has come. */
function follow(port: number, id: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.write(`GET /api/streams/${id}?live=text HTTP/1.1\r\nhost: x\r\n\r\n`);
    });
    socket.on("error", reject);
    socket.once("data", (chunk) => {
      const head = chunk.toString("latin1");
      if (head.startsWith("HTTP/1.1 200")) resolve(socket);
      else reject(new Error(head.slice(0, 200)));
    });
  });
}
