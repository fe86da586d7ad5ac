// What docs/server.md shows works as it stands there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { answers } from "./recipes/app.ts";
import { streams } from "./recipes/chat.ts";
import { GET, POST } from "./recipes/own-routes.ts";

const docs = readFileSync(join(import.meta.dirname, "../../../docs/server.md"), "utf8");
const headers = { authorization: "Bearer me" };
const newId = () => crypto.randomUUID();
const ask = (body: unknown, headers: Record<string, string> = {}) =>
  POST(new Request("http://app/ask", { method: "POST", headers, body: JSON.stringify(body) }));

afterAll(() => streams.close());

test.each(["chat", "own-routes"])("docs/server.md shows %s as it is tested", (name) => {
  const code = readFileSync(join(import.meta.dirname, `recipes/${name}.ts`), "utf8");
  expect(docs).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
});

test("a page that loads its own row at `done` finds it written", async () => {
  const id = newId();
  const url = `http://app/api/streams/${id}`;
  const drive = `${url}/drive?create=1&tag=chat:7`;
  const body = JSON.stringify({ prompt: "Hi" });
  const driven = await streams.handler(new Request(drive, { method: "POST", headers, body }));
  const following = await streams.handler(new Request(`${url}?live=sse&offset=-1`, { headers }));
  await following.text();
  expect(answers.get(id)).toBe("You said: Hi");
  expect(await driven.text()).toBe("You said: Hi");
  const refused = await streams.handler(new Request(url));
  expect([refused.status, await refused.text()]).toEqual([401, "Log in first."]);
});

test("routes of the application drive and follow after their own checks", async () => {
  const id = newId();
  expect((await ask({ id, prompt: "Hi" })).status).toBe(401);
  const driven = await ask({ id, prompt: "Hi" }, headers);
  expect([driven.status, await driven.text()]).toEqual([200, "You said: Hi"]);
  expect((await streams.status(id))?.tags).toEqual(["user:me"]);
  const url = `http://app/ask?id=${id}&offset=10`;
  const read = await GET(new Request(url, { headers }));
  expect([read.headers.get("stream-status"), await read.text()]).toEqual(["done", "Hi"]);
  expect((await GET(new Request("http://app/ask?id=1", { headers }))).status).toBe(404);
  const head = await GET(new Request(url, { method: "HEAD", headers }));
  expect([head.headers.get("stream-closed"), head.body]).toEqual(["true", null]);
  const post = await GET(new Request(url, { method: "PUT", headers }));
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});

test("readers are shown a StreamFailure as it is", async () => {
  const id = newId();
  await (await ask({ id, prompt: "Hi" }, { authorization: "Bearer poor" })).text();
  expect(await streams.read(id)).toMatchObject({
    status: "error",
    error: "quota",
    errorMessage: "You have used up today's answers. Come back tomorrow.",
  });
});
