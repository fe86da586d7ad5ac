// A page that lives long: handles that nobody reads any more are let go, and nothing is driven twice.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Stream, StreamClient } from "../src/index.ts";
import { world } from "./page-fixture.ts";
import { type Clock, settle } from "./proof/clock.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const LIMIT = 100;

/** So many other streams that whoever may go is gone. */
async function crowd(clock: Clock, client: StreamClient) {
  const initial = { text: "old", status: "done" } as const;
  const leaves = Array.from({ length: LIMIT }, (_, i) =>
    client.stream(`other ${i}`, { initial }).subscribe(() => {}),
  );
  for (const leave of leaves) leave();
  await clock.pass(1100);
  // Where all were in use the last time, they are looked at again when there are twice as many.
  for (let i = 0; i < 4 * LIMIT; i++) client.stream(`unread ${i}`, { initial });
  for (let i = 0; i < 4 * LIMIT; i++) client.stream(`unread ${clock.now} ${i}`, { initial });
}

async function read(clock: Clock, stream: Stream) {
  const leave = stream.subscribe(() => {});
  await clock.pass(20);
  leave();
  await clock.pass(1100);
}

test("of 2,000 answers that were read to the end, no more than 100 handles stay, and the last ones as they were", async () => {
  const { clock, client, server, page } = world();
  server.status = "streaming";
  server.generate("x".repeat(20_000));
  server.finish("done");
  const handles: WeakRef<Stream>[] = [];
  for (let i = 0; i < 2000; i++) {
    const stream = client.stream(`id ${i}`);
    handles.push(new WeakRef(stream));
    const leave = stream.subscribe(() => {});
    await settle();
    server.deliver(100_000);
    await settle();
    leave();
    if (i % 20 === 0) await clock.pass(1100);
  }
  await clock.pass(1100);
  client.stream("one more");
  await settle();
  collect();
  expect(handles.filter((handle) => handle.deref()).length).toBeLessThanOrEqual(LIMIT);
  expect(client.stream("id 1999").snapshot()).toMatchObject({ status: "done" });
  expect([server.open(page), clock.timers(page), page.wakes.size]).toEqual([0, 0, 0]);
});

test("a handle that is read, or that nobody has read yet, is never let go", async () => {
  const { clock, client } = world();
  const asked = client.stream("asked for", { input: "hello" });
  const watched = client.stream("watched");
  watched.subscribe(() => {});
  const twice = client.stream("read again");
  await read(clock, twice);
  twice.subscribe(() => {});
  const left = client.stream("left");
  await read(clock, left);
  await crowd(clock, client);
  await crowd(clock, client);
  expect(client.stream("asked for")).toBe(asked);
  expect(client.stream("watched")).toBe(watched);
  expect(client.stream("read again")).toBe(twice);
  expect(client.stream("left")).not.toBe(left);
});

test("a handle that was left and is asked for again stays until it is read and left again", async () => {
  const { clock, client } = world();
  const stream = client.stream("id");
  await read(clock, stream);
  // As a component that renders does, some time before it subscribes.
  client.stream("id");
  await crowd(clock, client);
  expect(client.stream("id")).toBe(stream);
  await read(clock, stream);
  await crowd(clock, client);
  expect(client.stream("id")).not.toBe(stream);
});

test("thousands of handles in use: each new one looks at a few of the others, not at all", () => {
  const { client } = world();
  let looked = 0;
  for (let i = 0; i < 3000; i++) {
    const stream = client.stream(`id ${i}`, { initial: { text: "old", status: "done" } });
    const { $body } = stream;
    $body.subscribe(() => {});
    Object.defineProperty(stream, "$body", {
      get() {
        looked++;
        return $body;
      },
    });
  }
  expect(looked).toBeGreaterThan(0);
  expect(looked).toBeLessThan(3000 * 3);
});

test.each([
  ["with a claim", {}],
  ["without a claim", { drive: "http://server/any/drive" }],
])("invariant 5, %s: what was driven is not driven again by the next handle", async (_, more) => {
  const { clock, client, server, sent } = world(more);
  const first = client.stream("id", { driven: true });
  const leave = first.subscribe(() => {});
  await settle();
  server.generate("all");
  server.finish("done");
  server.deliver(100);
  await settle();
  expect(first.snapshot().status).toBe("done");
  leave();
  await clock.pass(1100);
  await crowd(clock, client);
  const next = client.stream("id", { driven: true });
  expect(next).not.toBe(first);
  next.subscribe(() => {});
  next.start();
  await settle();
  server.deliver(100);
  await settle();
  expect(next.snapshot()).toMatchObject({ text: "all", status: "done" });
  expect(sent().filter((what) => what === "drive").length).toBe(1);
});

test("invariant 5: a drive that failed and was let go is sent again only after a pending", async () => {
  const { clock, client, server, page, sent } = world();
  server.offline.add(page);
  await read(clock, client.stream("id", { driven: true }));
  server.offline.delete(page);
  await crowd(clock, client);
  const before = sent().length;
  client.stream("id", { driven: true }).subscribe(() => {});
  await settle();
  expect(sent().slice(before)).toEqual(["read", "pending", "drive"]);
});

test("a stop outlives its handle: nothing drives the stream any more", async () => {
  const { clock, client, server, page, sent } = world();
  server.offline.add(page);
  const stream = client.stream("id", { driven: true });
  void stream.stop();
  await read(clock, stream);
  await crowd(clock, client);
  server.status = "pending";
  server.offline.delete(page);
  client.stream("id", { driven: true }).subscribe(() => {});
  await settle();
  expect(sent()).not.toContain("drive");
});
