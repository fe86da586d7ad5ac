import { DurableStream, IdempotentProducer } from "@durable-streams/client";
import { DurableStreamTestServer, FileBackedStreamStore } from "@durable-streams/server";
import { listen, newIds } from "../run/listen.ts";
import { tokens } from "../text/tokens.ts";
import { paceOf, queryOf, type Server, type ServerOptions } from "./server.ts";

// Its store keeps at most so many files open, by default 100. With more streams than that at once, appends
// fail ("handle not found"). The server does not pass the option on.
const FILES = 4096;

/**
 * Durable Streams' server, with its `files` or in memory. The application appends tokens over HTTP: one
 * request per token (`awaited`), or by the client's own producer, which batches tokens for 5 ms. The driver
 * reads the stream like all followers, by server-sent events.
 */
export async function durable(
  { folder }: ServerOptions,
  { awaited, files }: { readonly awaited: boolean; readonly files: boolean },
): Promise<Server> {
  const server = new DurableStreamTestServer({ port: 0, host: "127.0.0.1" });
  if (files) {
    const store = new FileBackedStreamStore({ dataDir: folder, maxFileHandles: FILES });
    Object.assign(server, { store });
  }
  await server.start();
  const streamsPort = Number(new URL(server.url).port);
  const contentType = "text/plain";
  const app = await listen(async (request, response) => {
    const url = new URL(request.url!, "http://localhost");
    response.writeHead(202).end();
    const stream = new DurableStream({ url: `${server.url}/s${url.pathname}`, contentType });
    if (awaited) {
      for await (const token of tokens(paceOf(url))) await stream.append(token);
      await stream.close();
      return;
    }
    // With more than one batch in flight, batches overtake each other under load, and the stream breaks.
    const producer = new IdempotentProducer(stream, url.pathname, { maxInFlight: 1 });
    for await (const token of tokens(paceOf(url))) producer.append(token);
    await producer.close();
  });
  return {
    port: app.port,
    async prepare(count) {
      const ids = newIds(count);
      for (const id of ids)
        await DurableStream.create({ url: `${server.url}/s/${id}`, contentType });
      return ids;
    },
    drive: (id, pace) => ({ port: app.port, method: "POST", path: `/${id}?${queryOf(pace)}` }),
    follow: (id) => ({ port: streamsPort, method: "GET", path: `/s/${id}?offset=-1&live=sse` }),
    async close() {
      await app.close();
      await server.stop();
    },
  };
}
