import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { anyoneWithId, createStreamServer, type Streams } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { instant } from "../harness/answers.ts";
import { startFixture } from "../harness/fixture.ts";

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
    const readBefore = { message: expect.stringContaining("express.json()") };
    expect(errors).toMatchObject([readBefore]);
    expect(await streams.status(id)).toMatchObject({ status: "pending" });
    // So is one of a creation: its tags would be lost.
    expect((await post("", '{"tags":["chat:7"]}')).status).toBe(500);
    expect(errors).toMatchObject([readBefore, readBefore]);
    // What takes nothing from the body does not mind.
    expect((await post(`/${id}/stop`, "{}")).status).toBe(204);
  });

  test("is no error in a route of the application, which may have read the body itself", async () => {
    const { streams, post } = await readFirst((streams, request) =>
      streams.drive(request, { id: request.url.split("/").at(-1)! }),
    );
    expect(await (await post(`/${await streams.create()}`, "{}")).text()).toBe("given undefined");
  });
});

test("a body that was read before the handler is an error that says so, and not an empty input", async () => {
  const fixture = await startFixture("memory", {
    ...instant,
    authorize: async ({ request }) => (await request.json()) !== "nobody",
  });
  const id = await fixture.create();
  expect((await fixture.drive(id, "somebody")).status).toBe(500);
  expect(fixture.errors[0]).toMatchObject({ message: expect.stringContaining("request.clone()") });
  expect(await fixture.streams.status(id)).toMatchObject({ status: "pending" });
  // Elsewhere nobody minds: the other routes take nothing from it.
  const stopped = await fetch(`${fixture.base}/${id}/stop`, { method: "POST", body: "{}" });
  expect([stopped.status, stopped.headers.get("stream-status")]).toEqual([204, "stopped"]);
  // A route of the application's own may have read it.
  const request = new Request("http://app.example/ask", { method: "POST", body: "{}" });
  await request.json();
  const driven = await fixture.streams.drive(request, {
    id: await fixture.create(),
    generate: ({ append }) => append("Own."),
  });
  expect(await driven.text()).toBe("Own.");
});
