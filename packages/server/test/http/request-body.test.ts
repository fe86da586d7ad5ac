import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { anyoneWithId, createStreamServer, type Streams } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";

describe("a body that `express.json()` has read before the handler", () => {
  /** An application that reads all bodies by itself first. */
  async function readFirst(answer: (streams: Streams, request: Request) => Promise<Response>) {
    const errors: unknown[] = [];
    const streams = createStreamServer({
      store: memoryStore(),
      authorize: anyoneWithId(),
      onError: (error) => errors.push(error),
      generate: ({ input, append }) => append(`given ${JSON.stringify(input)}`),
    });
    const app = express().use(express.json());
    app.all(
      "/api/streams{/*path}",
      getRequestListener((request) => answer(streams, request)),
    );
    const server = createServer(app as unknown as RequestListener).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(async () => {
      await streams.close();
      server.closeAllConnections();
      server.close();
    });
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/streams`;
    const post = (path: string, body: string) =>
      fetch(`${base}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    return { streams, errors, post };
  }

  test("is an error that says so, and not an empty input", async () => {
    const { streams, errors, post } = await readFirst((streams, request) =>
      streams.handler(request),
    );
    const id = await streams.create();
    expect((await post(`/${id}/drive`, '{"prompt":"Hi"}')).status).toBe(500);
    expect(errors).toMatchObject([{ message: expect.stringContaining("express.json()") }]);
    expect(await streams.status(id)).toMatchObject({ status: "pending" });
    // What takes nothing from the body does not mind.
    expect((await post("", "{}")).status).toBe(201);
    expect((await post(`/${id}/stop`, "{}")).status).toBe(204);
  });

  test("is the application's own affair in a route of its own", async () => {
    const { streams, post } = await readFirst((streams, request) =>
      streams.drive(request, request.url.split("/").at(-1)!),
    );
    expect(await (await post(`/${await streams.create()}`, "{}")).text()).toBe("given undefined");
  });
});
