import { describe, expect, test } from "vitest";
import type { Store } from "../../src/index.ts";
import { codeOf, instant } from "../harness/answers.ts";
import { sleep, startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

describe("limits", () => {
  test("generations at once: 429 with Retry-After, and the stream stays pending", async () => {
    const go = gate();
    const fixture = await startFixture("memory", {
      limits: { streams: 1 },
      generate: () => go.opened,
    });
    const [first, second] = [await fixture.create(), await fixture.create()];
    const driven = await fixture.drive(first);
    const refused = await fixture.drive(second);
    expect([refused.status, await codeOf(refused)]).toEqual([429, "too_many_streams"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await fixture.streams.status(second)).toMatchObject({ status: "pending" });
    go.open();
    await driven.text();
    expect((await fixture.drive(second)).status).toBe(200);
  });

  test("followers of a stream and of the process: 429 until one of them leaves", async () => {
    const fixture = await startFixture("memory", {
      ...instant,
      limits: { followersPerStream: 2, followers: 3 },
    });
    const [one, two] = [await fixture.create(), await fixture.create()];
    const follow = (id: string, signal?: AbortSignal) =>
      fetch(`${fixture.base}/${id}?live=text`, { signal: signal ?? null });
    const leaving = new AbortController();
    expect((await follow(one, leaving.signal)).status).toBe(200);
    expect((await follow(one)).status).toBe(200);
    const third = await follow(one);
    expect([third.status, await codeOf(third)]).toEqual([429, "too_many_followers"]);
    expect((await follow(two)).status).toBe(200);
    expect((await follow(two)).status).toBe(429);
    leaving.abort();
    await expect.poll(async () => (await follow(two)).status).toBe(200);
  });
});

test("a reader whose read fails no longer counts as a follower", async () => {
  let broken = true;
  const fixture = await startFixture("memory", {
    limits: { followersPerStream: 1 },
    around: (store: Store): Store => ({
      ...store,
      // The first page is read; what comes behind it is not.
      read: async (id, offset, maxBytes) => {
        if (broken && offset > 0) throw new Error("the store is away");
        return store.read(id, offset, maxBytes);
      },
    }),
    generate: async ({ append, signal }) => {
      append("x".repeat(200_000));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await fixture.create();
  await fixture.drive(id);
  await expect.poll(async () => (await fixture.streams.status(id))?.length).toBe(200_000);
  for (const live of ["sse", "text"]) {
    broken = true;
    const first = await fixture.get(id, `?live=${live}&offset=-1`);
    expect(first.status).toBe(200);
    await first.text().catch(() => {});
    broken = false;
    await expect
      .poll(async () => {
        const leave = new AbortController();
        const again = await fetch(`${fixture.base}/${id}?live=${live}&offset=now`, {
          signal: leave.signal,
        });
        leave.abort();
        return again.status;
      })
      .toBe(200);
    await sleep(0);
  }
});
