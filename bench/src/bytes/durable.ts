import { DurableStream } from "@durable-streams/client";
import { DurableStreamTestServer } from "@durable-streams/server";
import { countingProxy } from "../run/counting-proxy.ts";
import type { TextServer } from "./text-server.ts";

/** Durable Streams' server and its own client, with one append per token. */
export async function durable(): Promise<TextServer> {
  const server = new DurableStreamTestServer({ port: 0, host: "127.0.0.1" });
  await server.start();
  const port = Number(new URL(server.url).port);
  const proxy = await countingProxy(port);
  const id = crypto.randomUUID();
  const stream = await DurableStream.create({
    url: `http://127.0.0.1:${proxy.port}/s/${id}`,
    contentType: "text/plain",
  });
  return {
    port,
    id,
    async generate(tokens) {
      for await (const token of tokens()) await stream.append(token);
      await stream.close();
    },
    async close() {
      await proxy.close();
      await server.stop();
    },
  };
}
