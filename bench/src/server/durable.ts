import { DurableStream, IdempotentProducer } from "@durable-streams/client";
import { DurableStreamTestServer, FileBackedStreamStore } from "@durable-streams/server";
import { listen, names } from "../lib/listen.ts";
import { tokens } from "../lib/tokens.ts";
import { paceOf, queryOf, type Server, type ServerOptions } from "./contender.ts";

// Its store keeps at most so many files open, 100 where nothing is said: with more streams than that at once,
// appends fail ("handle not found"). The server does not hand the option on.
const FILES = 4096;

/**
 * Durable Streams' server, with its `files` or in memory. The application appends tokens over HTTP, one request a token (`awaited`)
 * or by the client's own producer, which batches what comes within 5 ms; whoever drives reads the
 * stream like everybody else, by server-sent events.
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
    // More than one batch at a time overtake each other under load, and the stream breaks.
    const producer = new IdempotentProducer(stream, url.pathname, { maxInFlight: 1 });
    for await (const token of tokens(paceOf(url))) producer.append(token);
    await producer.close();
  });
  return {
    port: app.port,
    async prepare(count) {
      const ids = names(count);
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
