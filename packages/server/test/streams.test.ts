import { expect, test } from "vitest";
import { codeOf, finished, instant } from "./harness/answers.ts";
import { startFixture } from "./harness/fixture.ts";

test("onFinish is called once after the last flush with the whole text, and waitUntil receives the promise", async () => {
  const finishes: unknown[] = [];
  const kept: Promise<unknown>[] = [];
  const fixture = await startFixture("sqlite", {
    ...instant,
    onFinish: async (finish) => {
      finishes.push([finish, await fixture.streams.read(finish.id)]);
    },
    waitUntil: (promise) => void kept.push(promise),
  });
  const id = await fixture.create();
  await (await fixture.drive(id)).text();
  expect(kept).toHaveLength(1);
  await kept[0];
  const body = { status: "done", text: "aé中😀" };
  expect(finishes).toEqual([[{ id, ...body }, expect.objectContaining(body)]]);
});

test("streams.drive runs a generate function of its own, in a route of the application", async () => {
  const fixture = await startFixture("memory", {});
  const id = await fixture.create();
  const request = new Request("http://app.example/ask", { method: "POST", body: '{"q":1}' });
  const response = await fixture.streams.drive(request, {
    id,
    generate: ({ input, append }) => append(JSON.stringify(input)),
  });
  expect(await response.text()).toBe('{"q":1}');
  const again = await fixture.streams.drive(new Request(request.url), {
    id,
    generate: () => {},
  });
  expect([again.status, await codeOf(again)]).toEqual([409, "claimed"]);
});

test("streams.drive takes an input and a context as they are, and leaves the body alone", async () => {
  const seen: unknown[] = [];
  const fixture = await startFixture("memory", {
    parseInput: () => expect.unreachable(),
    generate: ({ input, context, tags }) => void seen.push({ input, context, tags }),
    onFinish: ({ context, tags }) => void seen.push({ context, tags }),
  });
  const request = new Request("http://app.example/ask", { method: "POST", body: "no JSON" });
  const [input, context, tags] = [{ q: 1 }, { user: "me" }, ["chat:7"]];
  const id = crypto.randomUUID();
  const kept: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>) => void kept.push(promise);
  const options = { id, input, context, create: { tags }, waitUntil };
  const response = await fixture.streams.drive(request, options);
  expect([response.status, await response.text(), request.bodyUsed]).toEqual([200, "", false]);
  await Promise.all(kept);
  expect(kept).toHaveLength(1);
  expect(seen).toEqual([
    { input, context, tags },
    { context, tags },
  ]);
  // It is driven, so that it may not be made again, whatever the tags.
  const again = await fixture.streams.drive(request, { ...options, create: true });
  expect([again.status, again.headers.get("stream-status")]).toEqual([409, "done"]);
});

test("streams.drive makes no stream unless it is asked to", async () => {
  const fixture = await startFixture("memory", { ...instant });
  const request = new Request("http://app.example/ask", { method: "POST" });
  const id = crypto.randomUUID();
  for (const create of [undefined, false]) {
    const options = create === undefined ? { id } : { id, create };
    expect((await fixture.streams.drive(request, options)).status).toBe(404);
  }
  const made = await fixture.streams.drive(request, { id, create: true });
  expect(await made.text()).toBe("aé中😀");
});

test("create takes an id of the application once, and refuses one that could be guessed", async () => {
  const fixture = await startFixture("memory", {});
  const id = crypto.randomUUID();
  expect(await fixture.streams.create({ id })).toBe(id);
  await expect(fixture.streams.create({ id })).rejects.toThrow(/already/);
  await expect(fixture.streams.create({ id: "7" })).rejects.toThrow(/22 to 128/);
  const ids = await Promise.all(Array.from({ length: 1000 }, () => fixture.streams.create()));
  expect(new Set(ids).size).toBe(1000);
  for (const one of ids) expect(one).toMatch(/^[\w-]{22}$/);
});

test("a pending stream that nobody drove in time reads as timeout, and is not driven any more", async () => {
  const fixture = await startFixture("sqlite", { ...instant, retention: { pendingMs: 1 } });
  const id = await fixture.create();
  await expect.poll(async () => (await fixture.streams.status(id))?.status).toBe("timeout");
  expect((await fixture.drive(id)).status).toBe(409);
});

test("ended streams are deleted by themselves if retention says so", async () => {
  const fixture = await startFixture("sqlite", {
    ...instant,
    retention: { keepMs: 1, sweepMs: 20 },
  });
  const id = await finished(fixture);
  await expect.poll(() => fixture.streams.status(id)).toBeUndefined();
});

test("close ends generations as timeout with the text that they have, and begins no more", async () => {
  const fixture = await startFixture("memory", {
    generate: async ({ append, signal }) => {
      append("So far");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await fixture.create();
  const response = await fixture.drive(id);
  await fixture.streams.close();
  expect(await response.text()).toBe("So far");
  expect(await fixture.store.status(id)).toMatchObject({
    status: "timeout",
    reason: "deploy",
    length: 6,
  });
  expect((await fixture.drive(await fixture.create())).status).toBe(429);
});
