import { describe, expect, test } from "vitest";
import { httpSource } from "../../src/lib/sources/http-source.ts";
import { pollSource } from "../../src/lib/sources/poll-source.ts";
import type { StreamUpdate } from "../../src/lib/text/body.ts";
import type { Platform } from "../../src/lib/types.ts";
import { record, requestOf } from "./recorder.ts";
import { deltaOf, jsonEndpoint, rows } from "./source-fixtures.ts";

/** A platform whose clock stands still: the test ends each pause. */
function manualPlatform() {
  const waits: { ms: number; run: () => void }[] = [];
  const wakes = new Set<() => void>();
  const page = { hidden: false };
  const platform: Platform = {
    now: () => 0,
    after(ms, run) {
      const wait = { ms, run };
      // The client's patience with an answer is not a pause between polls.
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
    /** Ends the pause; returns how long it would have been. */
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
    const time = manualPlatform();
    const table = rows();
    const writing = await table.open();
    const source = pollSource({
      read: async ({ id, offset }) => deltaOf(table.get(id), offset),
      intervalMs: 100,
      maxIntervalMs: 300,
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

  test("does not report what a function returns after its reader has left, and does not call it again", async () => {
    const time = manualPlatform();
    const answers: ((update: StreamUpdate) => void)[] = [];
    const read = () => new Promise<StreamUpdate>((resolve) => answers.push(resolve));
    const recording = record(pollSource({ read }), { id: "one", platform: time.platform });
    recording.abort();
    answers[0]!({ text: "late", status: "streaming" });
    // The next reader has got its answer and waits, so the first could have got one too.
    const next = record(pollSource({ read }), { id: "one", platform: time.platform });
    answers[1]!({ text: "in time", status: "streaming" });
    await next.shows("in time");
    await expect.poll(time.waiting).toBe(1);
    expect(recording).toMatchObject({ updates: [], faults: [], late: [] });
    // The same if it leaves in a pause.
    next.abort();
    await time.wake();
    expect(answers).toHaveLength(2);
  });

  test("polls slowly while the page is hidden, and at once when it is shown again", async () => {
    const time = manualPlatform();
    const table = rows();
    const writing = await table.open();
    time.page.hidden = true;
    const source = pollSource({ read: async ({ id }) => ({ ...table.get(id) }), intervalMs: 100 });
    const recording = record(source, { id: writing.id, platform: time.platform });
    expect(await time.pass()).toBe(1000);
    await writing.write("news");
    time.page.hidden = false;
    await time.wake();
    expect(recording.text).toBe("news");
    expect(await time.pass()).toBe(100);
    recording.abort();
  });

  test("sends the ETag of an endpoint, which may answer that nothing has changed", async () => {
    const fixture = await jsonEndpoint(
      (read) => pollSource({ read, intervalMs: 2, maxIntervalMs: 5 }),
      {
        etag: true,
        delta: true,
      },
    );
    const writing = await fixture.open();
    const recording = record(fixture.source, { id: writing.id });
    await writing.write("a");
    await recording.shows("a");
    while (fixture.statuses.filter((status) => status === 304).length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await writing.write("b");
    await writing.end("done");
    await recording.over();
    expect(recording).toMatchObject({ text: "ab", status: "done", errors: [], faults: [] });
    await fixture.close();
  });

  test("takes a function that returns the endpoint", async () => {
    const fixture = await jsonEndpoint((read) =>
      pollSource({ read: ({ id }) => `${read}/of/${id}` }),
    );
    const writing = await fixture.open();
    await writing.write("a");
    await writing.end("done");
    const recording = record(fixture.source, { id: writing.id });
    await recording.over();
    expect(recording).toMatchObject({ text: "a", status: "done" });
    await fixture.close();
  });

  test.each([
    [null, /no object/],
    [{ text: "a" }, /status undefined/],
    [{ text: "a", status: "finished" }, /status "finished"/],
    [{ body: "a", status: "done" }, /neither a `text` nor a `delta`/],
    [{ delta: "a", status: "done" }, /no `offset`/],
    [{ delta: "a", offset: -1 }, /no `offset`/],
    [{ text: "a", status: "error", error: { code: 1 } }, /`error` that is no string/],
    [{ text: "a", status: "error", errorMessage: 7 }, /`errorMessage` that is no string, but 7/],
    [{ delta: "a", offset: 0, status: "done", reason: true }, /`reason` that is no string/],
  ])("rejects an answer of %j, and says what is wrong with it", async (answer, message) => {
    const source = pollSource({ read: async () => answer as unknown as StreamUpdate });
    await expect(source.read!(requestOf({ id: "a" }))).rejects.toMatchObject({
      code: "protocol",
      message: expect.stringMatching(message),
    });
  });

  test("rejects an answer that is not JSON, and names the address", async () => {
    const source = pollSource({ read: "http://localhost/rows" });
    const html = async () => new Response("<html>");
    await expect(source.read!(requestOf({ id: "a", fetch: html }))).rejects.toMatchObject({
      code: "protocol",
      message: expect.stringContaining("http://localhost/rows/a?offset=0"),
    });
  });

  test("rejects options that cannot work", () => {
    expect(() => pollSource({ read: "/rows", intervalMs: 0 })).toThrow(/`intervalMs`/);
    expect(() => pollSource({ read: "/rows", maxIntervalMs: Number.NaN })).toThrow(
      /`maxIntervalMs`/,
    );
    expect(() => pollSource({ read: undefined as unknown as string })).toThrow(/`read`/);
    expect(() => httpSource({ live: "websocket" as "sse" })).toThrow(/`live`/);
    expect(() => httpSource({ live: "poll", intervalMs: -1 })).toThrow(/`intervalMs`/);
  });
});
