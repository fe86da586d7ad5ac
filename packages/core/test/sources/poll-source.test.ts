import { describe, expect, test } from "vitest";
import { httpSource } from "../../src/lib/sources/http-source.ts";
import { pollSource } from "../../src/lib/sources/poll-source.ts";
import type { Platform, StreamUpdate } from "../../src/lib/types.ts";
import { record, requestOf } from "./recorder.ts";
import { deltaOf, jsonEndpoint, rows } from "./source-fixtures.ts";

/** A platform whose time is the test's. */
function still() {
  const waits: { ms: number; run: () => void }[] = [];
  const wakes = new Set<() => void>();
  const page = { hidden: false };
  const platform: Platform = {
    now: () => 0,
    after(ms, run) {
      const wait = { ms, run };
      // The time that an answer may take is no pause between polls.
      if (ms !== 30_000) waits.push(wait);
      return () => {
        const index = waits.indexOf(wait);
        if (index >= 0) waits.splice(index, 1);
      };
    },
    frame: () => () => {},
    hidden: () => page.hidden,
    onWake(run) {
      wakes.add(run);
      return () => wakes.delete(run);
    },
    random: () => 0,
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    platform,
    page,
    /** Lets the pause be over; how long it was to be. */
    async pass() {
      await settle();
      const [wait] = waits;
      wait!.run();
      await settle();
      return wait!.ms;
    },
    async wake() {
      await settle();
      for (const run of [...wakes]) run();
      await settle();
    },
    waiting: () => waits.length,
  };
}

describe("pollSource", () => {
  test("asks less and less often while nothing changes, and soon again after a change", async () => {
    const time = still();
    const table = rows();
    const writing = await table.open();
    const source = pollSource({
      read: async ({ id, offset }) => deltaOf(table.get(id), offset),
      interval: 100,
      maxInterval: 300,
    });
    const recording = record(source, { id: writing.id, platform: time.platform });
    const waited = [];
    for (let round = 0; round < 5; round++) waited.push(await time.pass());
    expect(waited).toEqual([100, 150, 225, 300, 300]);
    await writing.write("news");
    expect(await time.pass()).toBe(300);
    expect(await time.pass()).toBe(100);
    expect(recording.text).toBe("news");
    recording.abort();
    expect(time.waiting()).toBe(0);
  });

  test("what a function answers once its reader has left is not reported, and it is not asked again", async () => {
    const time = still();
    const answers: ((update: StreamUpdate) => void)[] = [];
    const read = () => new Promise<StreamUpdate>((resolve) => answers.push(resolve));
    const recording = record(pollSource({ read }), { id: "one", platform: time.platform });
    recording.abort();
    answers[0]!({ text: "late", status: "streaming" });
    // Whoever follows next has got its answer and waits, so that the first could have.
    const next = record(pollSource({ read }), { id: "one", platform: time.platform });
    answers[1]!({ text: "in time", status: "streaming" });
    await next.shows("in time");
    await expect.poll(time.waiting).toBe(1);
    expect(recording).toMatchObject({ updates: [], faults: [], late: [] });
    // The same where it leaves in a pause.
    next.abort();
    await time.wake();
    expect(answers).toHaveLength(2);
  });

  test("a hidden page is slow, and one that is shown again asks at once", async () => {
    const time = still();
    const table = rows();
    const writing = await table.open();
    time.page.hidden = true;
    const source = pollSource({ read: async ({ id }) => ({ ...table.get(id) }), interval: 100 });
    const recording = record(source, { id: writing.id, platform: time.platform });
    expect(await time.pass()).toBe(1000);
    await writing.write("news");
    time.page.hidden = false;
    await time.wake();
    expect(recording.text).toBe("news");
    expect(await time.pass()).toBe(100);
    recording.abort();
  });

  test("an endpoint that tags its answers is asked with the tag, and may say that nothing changed", async () => {
    const rig = await jsonEndpoint((read) => pollSource({ read, interval: 2, maxInterval: 5 }), {
      etag: true,
      delta: true,
    });
    const writing = await rig.open();
    const recording = record(rig.source, { id: writing.id });
    await writing.write("a");
    await recording.shows("a");
    while (rig.statuses.filter((status) => status === 304).length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await writing.write("b");
    await writing.end("done");
    await recording.over();
    expect(recording).toMatchObject({ text: "ab", status: "done", errors: [], faults: [] });
    await rig.close();
  });

  test("a function may name the endpoint", async () => {
    const rig = await jsonEndpoint((read) => pollSource({ read: ({ id }) => `${read}/of/${id}` }));
    const writing = await rig.open();
    await writing.write("a");
    await writing.end("done");
    const recording = record(rig.source, { id: writing.id });
    await recording.over();
    expect(recording).toMatchObject({ text: "a", status: "done" });
    await rig.close();
  });

  test.each([
    [null, /no object/],
    [{ text: "a" }, /status undefined/],
    [{ text: "a", status: "finished" }, /status "finished"/],
    [{ body: "a", status: "done" }, /neither a `text` nor a `delta`/],
    [{ delta: "a", status: "done" }, /no `offset`/],
    [{ delta: "a", offset: -1 }, /no `offset`/],
    [{ text: "a", status: "error", error: { code: 1 } }, /`error` that is no string/],
  ])("an answer of %j is an error that says what is wrong with it", async (answer, message) => {
    const source = pollSource({ read: async () => answer as unknown as StreamUpdate });
    await expect(source.read!(requestOf({ id: "a" }))).rejects.toMatchObject({
      code: "protocol",
      message: expect.stringMatching(message),
    });
  });

  test("what is not JSON is an error that names the address", async () => {
    const source = pollSource({ read: "http://localhost/rows" });
    const html = async () => new Response("<html>");
    await expect(source.read!(requestOf({ id: "a", fetch: html }))).rejects.toMatchObject({
      code: "protocol",
      message: expect.stringContaining("http://localhost/rows/a?offset=0"),
    });
  });

  test("options that cannot work are refused", () => {
    expect(() => pollSource({ read: "/rows", interval: 0 })).toThrow(/`interval`/);
    expect(() => pollSource({ read: "/rows", maxInterval: Number.NaN })).toThrow(/`maxInterval`/);
    expect(() => pollSource({ read: undefined as unknown as string })).toThrow(/`read`/);
    expect(() => httpSource({ live: "websocket" as "sse" })).toThrow(/`live`/);
    expect(() => httpSource({ live: "poll", interval: -1 })).toThrow(/`interval`/);
  });
});
