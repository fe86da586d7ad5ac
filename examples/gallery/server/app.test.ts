import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelServer } from "@twinstream/harness/model-server";
import { modelFromEnv, type Serving, serve, storyteller, tell } from "@twinstream-examples/shared";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createDemo } from "./app.ts";

let folder: string;
let demo: ReturnType<typeof createDemo>;
let serving: Serving;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "twinstream-gallery-"));
  writeFileSync(join(folder, "index.html"), "<title>the page</title>");
  demo = createDemo({
    model: storyteller({ speed: 0 }),
    db: join(folder, "streams.db"),
    pages: folder,
  });
  serving = await serve({
    fetch: demo.app.fetch,
    port: 0,
    websocket: { server: new WebSocketServer({ noServer: true }) },
  });
});
afterEach(async () => {
  await demo.close();
  await serving.close();
  rmSync(folder, { recursive: true, force: true });
});

const api = (path = "", init?: RequestInit) => fetch(`${serving.url}/api/streams${path}`, init);

async function create(): Promise<string> {
  const response = await api("", { method: "POST" });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

const drive = (id: string, body: string, headers: Record<string, string> = {}) =>
  api(`/${id}/drive`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });

it("streams a prompt's story to the driver, and stores it", async () => {
  const id = await create();
  const driven = await drive(id, JSON.stringify({ prompt: "Hello" }));
  expect(driven.status).toBe(200);
  expect(await driven.text()).toBe(tell("Hello"));
  const read = await api(`/${id}`);
  expect(read.headers.get("stream-status")).toBe("done");
  expect(await read.text()).toBe(tell("Hello"));
});

it.each([
  ["no JSON", "{", /JSON/],
  ["a list", "[]", /must be a JSON object/],
  ["nothing", "", /must be a JSON object/],
  ["no prompt", "{}", /`prompt` must be/],
  ["a blank prompt", '{"prompt":"  "}', /`prompt` must be/],
  ["a prompt that is a number", '{"prompt":7}', /`prompt` must be/],
  ["a pace below 0", '{"prompt":"x","pace":-1}', /`pace` must be/],
  ["a pace that is a text", '{"prompt":"x","pace":"9"}', /`pace` must be/],
])("refuses %s with 400, and the stream stays to be driven", async (_, body, message) => {
  const id = await create();
  const refused = await drive(id, body);
  expect(refused.status).toBe(400);
  const { error } = (await refused.json()) as { error: { code: string; message: string } };
  expect(error.code).toMatch(/^bad_(input|json)$/);
  expect(error.message).toMatch(message);
  expect((await api(`/${id}`, { method: "HEAD" })).headers.get("stream-status")).toBe("pending");
  expect((await drive(id, '{"prompt":"now"}')).status).toBe(200);
});

it("refuses a body over the limit, a second drive, an unknown stream and an unknown route", async () => {
  const id = await create();
  const large = await drive(id, JSON.stringify({ prompt: "x".repeat(70_000) }));
  expect(large.status).toBe(413);
  expect(await large.json()).toMatchObject({ error: { code: "input_too_large" } });

  const first = await drive(id, '{"prompt":"x"}');
  const second = await drive(id, '{"prompt":"x"}');
  expect([first.status, second.status]).toEqual([200, 409]);
  await first.text();

  for (const body of ['{"prompt":"x"}', "", "{"]) {
    expect((await drive("a".repeat(32), body)).status).toBe(404);
    expect((await drive(id, body)).status).toBe(409);
  }
  const route = await fetch(`${serving.url}/api/nothing`);
  expect(route.status).toBe(404);
  expect(await route.json()).toMatchObject({ error: { code: "not_found" } });
});

it.each([
  ["sentence", "One,\ntwo. Three. "],
  ["line", "One,\n"],
  ["none", "One,\ntwo. Three. Four"],
  ["odd", "One,\ntwo. Three. "],
])("flushes at the boundary that the driver asks for: %s", async (boundary, first) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = createDemo({
    model: {
      name: "slow",
      async *answer() {
        yield "One,\ntwo. Three. Four";
        await released;
      },
    },
    db: join(folder, "slow.db"),
    pages: folder,
  });
  const created = await slow.app.request("/api/streams", { method: "POST" });
  const { id } = (await created.json()) as { id: string };
  const follow = await slow.app.request(`/api/streams/${id}?live=text`);
  const driven = slow.app.request(`/api/streams/${id}/drive`, {
    method: "POST",
    body: '{"prompt":"x"}',
    headers: { "flush-boundary": boundary },
  });
  const reader = follow.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe(first);
  release();
  expect(await (await driven).text()).toBe("One,\ntwo. Three. Four");
  await reader.cancel();
  await slow.close();
});

it("continues with the same database after a restart", async () => {
  const id = await create();
  await (await drive(id, '{"prompt":"kept"}')).text();
  await demo.close();
  demo = createDemo({
    model: storyteller({ speed: 0 }),
    db: join(folder, "streams.db"),
    pages: folder,
  });
  const read = await demo.app.request(`/api/streams/${id}`);
  expect(read.headers.get("stream-status")).toBe("done");
  expect(await read.text()).toBe(tell("kept"));
});

it("sends the naive follower the whole body at each flush, up to the end", async () => {
  const id = await create();
  const bodies: { text: string; status: string }[] = [];
  const socket = new WebSocket(`${serving.url.replace("http", "ws")}/api/naive/${id}`);
  socket.on("message", (data) => bodies.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once("open", resolve));
  await (await drive(id, '{"prompt":"all of it","pace":800}')).text();
  await vi.waitFor(() => expect(bodies.at(-1)?.status).toBe("done"), { timeout: 10_000 });
  expect(bodies.at(-1)?.text).toBe(tell("all of it"));
  expect(bodies.length).toBeGreaterThan(2);
  for (const { text } of bodies) expect(tell("all of it").startsWith(text)).toBe(true);
  await vi.waitFor(() => expect(socket.readyState).toBe(WebSocket.CLOSED), { timeout: 10_000 });
});

it("answers by an OpenAI-compatible model, and keeps the text before its failure", async () => {
  const whole = ["Once ", "upon ", "a time."];
  const models = await modelServer(({ body }) =>
    body.messages[0]?.content === "fail" ? { pieces: whole, ending: "early" } : { pieces: whole },
  );
  const answering = createDemo({
    model: modelFromEnv({ OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: models.url }),
    db: join(folder, "model.db"),
    pages: folder,
    onError: (error) => problems.push(String(error)),
  });
  const problems: string[] = [];
  for (const [prompt, status] of [
    ["go on", "done"],
    ["fail", "error"],
  ]) {
    const created = await answering.app.request("/api/streams", { method: "POST" });
    const { id } = (await created.json()) as { id: string };
    const driven = await answering.app.request(`/api/streams/${id}/drive`, {
      method: "POST",
      body: JSON.stringify({ prompt }),
    });
    expect(await driven.text()).toBe("Once upon a time.");
    const read = await answering.app.request(`/api/streams/${id}`);
    expect(read.headers.get("stream-status")).toBe(status);
    expect(await read.text()).toBe("Once upon a time.");
  }
  expect(problems).toEqual([expect.stringContaining("without a finish reason")]);
  expect(models.requests).toHaveLength(2);
  await answering.close();
  await models.close();
});

it("names the database that cannot be opened", () => {
  const db = join(folder, "nowhere", "streams.db");
  expect(() => createDemo({ model: storyteller(), db, pages: folder })).toThrow(
    `STREAMS_DB: "${db}" cannot be opened`,
  );
});

it("serves the page", async () => {
  const page = await fetch(serving.url);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(await page.text()).toContain("the page");
});
