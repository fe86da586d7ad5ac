import { cleanStores, keepMount, onMount, onNotify, onStart, onStop } from "nanostores";
import { afterEach, expect, test, vi } from "vitest";
import { world } from "../page-fixture.ts";
import { settle } from "../proof/clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A page that reads one stream of a server, which is streaming. */
function streaming() {
  const fixture = world();
  fixture.server.status = "streaming";
  const stream = fixture.client.stream("id");
  const open = () => fixture.server.open(fixture.page);
  return { ...fixture, stream, $body: stream.$body, open };
}

test("stop() without readers runs none of the application's onStop hooks", async () => {
  const { clock, stream, $body, page } = streaming();
  let stopped = 0;
  onStop($body, () => stopped++);
  await stream.stop();
  await clock.pass(2000);
  expect(stopped).toBe(0);
  // It looked whether the stream has stopped, and rests again.
  expect([clock.timers(page), page.wakes.size]).toEqual([0, 0]);
});

test("`finished` resolves for a reader that comes after cleanStores", async () => {
  const { clock, server, stream, $body } = streaming();
  const { finished } = stream;
  cleanStores($body);
  await clock.pass(2000);
  $body.subscribe(() => {});
  await settle();
  server.generate("all");
  server.finish("done");
  server.deliver(100);
  await settle();
  await clock.pass(100);
  expect(await finished).toMatchObject({ text: "all", status: "done" });
});

test("cleanStores ends the connection, as the last reader's departure does", async () => {
  const { clock, $body, page, open } = streaming();
  $body.subscribe(() => {});
  await settle();
  expect(open()).toBe(1);
  cleanStores($body);
  await clock.pass(1100);
  expect([open(), clock.timers(page), page.wakes.size]).toEqual([0, 0, 0]);
});

test("the application's onStart and onStop run once for the first reader and the last", async () => {
  const { stream, $body } = streaming();
  const events: string[] = [];
  onStart($body, () => events.push("start"));
  onStop($body, () => events.push("stop"));
  const leave = [stream.subscribe(() => {}), $body.subscribe(() => {}), $body.listen(() => {})];
  expect(events).toEqual(["start"]);
  for (const quit of leave) quit();
  expect(events).toEqual(["start", "stop"]);
  await settle();
  expect(events).toEqual(["start", "stop"]);
});

test("the application's onMount runs at the first reader, and ends a second after the last", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { stream, $body } = streaming();
  const events: string[] = [];
  onMount($body, () => {
    events.push("mount");
    return () => events.push("unmount");
  });
  const leave = stream.subscribe(() => {});
  stream.subscribe(() => {})();
  leave();
  expect(events).toEqual(["mount"]);
  vi.advanceTimersByTime(1001);
  expect(events).toEqual(["mount", "unmount"]);
});

test("$body.get() mounts the store, as get() of any nanostore does, and sends nothing", async () => {
  const { clock, stream, $body, page, sent } = streaming();
  let mounted = 0;
  onMount($body, () => {
    mounted++;
  });
  expect($body.get()).toBe(stream.snapshot());
  expect(mounted).toBe(1);
  await clock.pass(2000);
  expect([sent(), clock.timers(page), page.wakes.size]).toEqual([[], 0, 0]);
});

test("snapshot() runs no hook", () => {
  const { stream, $body } = streaming();
  let hooks = 0;
  onStart($body, () => hooks++);
  onMount($body, () => {
    hooks++;
  });
  expect(stream.snapshot()).toEqual({ text: "", status: "pending", error: undefined });
  expect(hooks).toBe(0);
});

test("a listener of $body alone reads the stream; one that leaves at once does not", async () => {
  const { clock, server, $body, open, sent } = streaming();
  $body.listen(() => {})();
  await settle();
  expect(sent()).toEqual([]);
  const texts: string[] = [];
  const leave = $body.listen(({ text }) => texts.push(text));
  await settle();
  expect(open()).toBe(1);
  server.generate("text");
  server.flush();
  server.deliver(100);
  await settle();
  await clock.pass(100);
  expect(texts.at(-1)).toBe("text");
  leave();
  await clock.pass(1100);
  expect(open()).toBe(0);
});

test("a store that is kept mounted is read until its signal ends", async () => {
  const { clock, $body, open } = streaming();
  keepMount($body);
  await settle();
  expect(open()).toBe(1);
  await clock.pass(2000);
  expect(open()).toBe(1);
});

test("invariant 10: the connection ends a second after the last departure, not after an earlier one", async () => {
  const { clock, $body, open } = streaming();
  const first = $body.listen(() => {});
  await settle();
  first();
  await clock.pass(950);
  const second = $body.listen(() => {});
  await settle();
  second();
  await clock.pass(900);
  // Looking at the stream in between keeps nothing open for longer.
  $body.get();
  await settle();
  expect(open()).toBe(1);
  await clock.pass(150);
  expect(open()).toBe(0);
});

test("invariant 9: a body that is the same notifies nobody", async () => {
  const { clock, server, page, $body } = streaming();
  let notified = 0;
  onNotify($body, () => notified++);
  $body.listen(() => {});
  await settle();
  await clock.pass(100);
  server.generate("text");
  server.flush();
  server.deliver(100);
  await settle();
  await clock.pass(100);
  const before = notified;
  expect(before).toBe(2);
  // The page is back, and asks: the answer brings nothing new.
  page.wake();
  await clock.pass(1000);
  expect(notified).toBe(before);
});

test("a second reader is noticed, by $body alone too: one that wants the stream driven drives it", async () => {
  const { client, sent } = world();
  const { $body } = client.stream("id");
  $body.listen(() => {});
  await settle();
  expect(sent()).toEqual(["read", "pending"]);
  client.stream("id", { driven: true });
  $body.listen(() => {});
  await settle();
  expect(sent()).toEqual(["read", "pending", "drive"]);
});
