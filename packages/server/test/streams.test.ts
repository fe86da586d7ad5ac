import { expect, test } from "vitest";
import { codeOf, finished, instant } from "./harness/answers.ts";
import { startRig } from "./harness/fixture.ts";

test("onFinish is told once, after the last flush, with the whole text; waitUntil has the promise", async () => {
  const finishes: unknown[] = [];
  const kept: Promise<unknown>[] = [];
  const rig = await startRig("sqlite", {
    ...instant,
    onFinish: async (finish) => {
      finishes.push([finish, await rig.streams.read(finish.id)]);
    },
    waitUntil: (promise) => void kept.push(promise),
  });
  const id = await rig.create();
  await (await rig.drive(id)).text();
  expect(kept).toHaveLength(1);
  await kept[0];
  const body = { status: "done", text: "aé中😀" };
  expect(finishes).toEqual([[{ id, ...body }, expect.objectContaining(body)]]);
});

test("streams.drive runs a writer of its own, in a route of the application's own", async () => {
  const rig = await startRig("memory", {});
  const id = await rig.create();
  const request = new Request("http://app.example/ask", { method: "POST", body: '{"q":1}' });
  const response = await rig.streams.drive(request, id, ({ input, append }) => {
    append(JSON.stringify(input));
  });
  expect(await response.text()).toBe('{"q":1}');
  const again = await rig.streams.drive(new Request(request.url), id, () => {});
  expect([again.status, await codeOf(again)]).toEqual([409, "claimed"]);
});

test("create takes an id of the application's own once, and none that could be guessed", async () => {
  const rig = await startRig("memory", {});
  const id = crypto.randomUUID();
  expect(await rig.streams.create({ id })).toBe(id);
  await expect(rig.streams.create({ id })).rejects.toThrow(/already/);
  await expect(rig.streams.create({ id: "7" })).rejects.toThrow(/22 to 128/);
  const ids = await Promise.all(Array.from({ length: 1000 }, () => rig.streams.create()));
  expect(new Set(ids).size).toBe(1000);
  for (const one of ids) expect(one).toMatch(/^[\w-]{22}$/);
});

test("a pending stream that nobody drove in time reads as timeout, and is not driven any more", async () => {
  const rig = await startRig("sqlite", { ...instant, retention: { pendingMs: 1 } });
  const id = await rig.create();
  await expect.poll(async () => (await rig.streams.status(id))?.status).toBe("timeout");
  expect((await rig.drive(id)).status).toBe(409);
});

test("ended streams are deleted by themselves where retention says so", async () => {
  const rig = await startRig("sqlite", { ...instant, retention: { keepMs: 1, sweepMs: 20 } });
  const id = await finished(rig);
  await expect.poll(() => rig.streams.status(id)).toBeUndefined();
});

test("close cuts generations off with what they have, as timeout, and takes no more", async () => {
  const rig = await startRig("memory", {
    generate: async ({ append, signal }) => {
      append("So far");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await rig.create();
  const response = await rig.drive(id);
  await rig.streams.close();
  expect(await response.text()).toBe("So far");
  expect(await rig.store.status(id)).toMatchObject({ status: "timeout", length: 6 });
  expect((await rig.drive(await rig.create())).status).toBe(429);
});
