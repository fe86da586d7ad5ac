import { createClient } from "redis";
import { createResumableStreamContext } from "resumable-stream";
import { listen, newIds } from "../run/listen.ts";
import { tokens } from "../text/tokens.ts";
import { paceOf, queryOf, type Server, type ServerOptions } from "./server.ts";

/** resumable-stream on a real Redis. It stores nothing: a follower reads from the process that generates. */
export async function resumable({ redis }: ServerOptions): Promise<Server> {
  const publisher = await createClient({ url: redis }).connect();
  const subscriber = await createClient({ url: redis }).connect();
  const context = createResumableStreamContext({
    waitUntil: null,
    publisher: publisher as never,
    subscriber: subscriber as never,
  });
  const text = { "Content-Type": "text/plain; charset=utf-8" };
  const { port, close } = await listen(async (request, response) => {
    const url = new URL(request.url!, "http://localhost");
    const id = url.pathname.slice(1);
    const stream =
      request.method === "POST"
        ? await context.createNewResumableStream(id, () => streamOf(tokens(paceOf(url))))
        : await context.resumeExistingStream(id);
    if (!stream) return response.writeHead(422).end();
    response.writeHead(200, text);
    response.flushHeaders();
    for await (const piece of stream) response.write(piece);
    response.end();
  });
  return {
    port,
    prepare: async (count) => newIds(count),
    drive: (id, pace) => ({ port, method: "POST", path: `/${id}?${queryOf(pace)}` }),
    follow: (id) => ({ port, method: "GET", path: `/${id}` }),
    async close() {
      await close();
      publisher.destroy();
      subscriber.destroy();
    },
  };
}

function streamOf(iterator: AsyncGenerator<string>): ReadableStream<string> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
