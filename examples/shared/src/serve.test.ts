import { afterEach, expect, it } from "vitest";
import { portFromEnv, type Serving, serve } from "./serve.ts";

const open: Serving[] = [];
afterEach(() => Promise.all(open.splice(0).map((serving) => serving.close())));

async function serving(options: Partial<Parameters<typeof serve>[0]> = {}): Promise<Serving> {
  const made = await serve({ fetch: () => new Response("hello"), port: 0, ...options });
  open.push(made);
  return made;
}

it("serves on a free port, at localhost and 127.0.0.1", async () => {
  const { url, port } = await serving();
  expect(url).toBe(`http://localhost:${port}`);
  for (const host of ["localhost", "127.0.0.1"]) {
    expect(await (await fetch(`http://${host}:${port}`)).text()).toBe("hello");
  }
});

it("rejects a taken port, and says how to choose another", async () => {
  const { port } = await serving();
  await expect(serving({ port })).rejects.toThrow(
    `Port ${port} is taken. Choose another: PORT=${port + 1}`,
  );
});

it("closes open connections when it closes", async () => {
  const { url, close } = await serving({
    fetch: () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(1)) })),
  });
  const response = await fetch(url);
  const reading = response.arrayBuffer();
  await close();
  await expect(reading).rejects.toThrow();
  await expect(fetch(url)).rejects.toThrow();
});

it("reads the port from the environment", () => {
  expect(portFromEnv({}, 4321)).toBe(4321);
  expect(portFromEnv({ PORT: "0" }, 4321)).toBe(0);
  for (const PORT of ["-1", "65536", "1.5", "http"]) {
    expect(() => portFromEnv({ PORT }, 4321)).toThrow(`it is "${PORT}"`);
  }
});
