import { describe, expect, test } from "vitest";
import { codeOf, instant } from "../harness/answers.ts";
import { startRig } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

describe("limits", () => {
  test("generations at once: 429 with Retry-After, and the stream stays pending", async () => {
    const go = gate();
    const rig = await startRig("memory", { limits: { streams: 1 }, generate: () => go.opened });
    const [first, second] = [await rig.create(), await rig.create()];
    const driven = await rig.drive(first);
    const refused = await rig.drive(second);
    expect([refused.status, await codeOf(refused)]).toEqual([429, "too_many_streams"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await rig.streams.status(second)).toMatchObject({ status: "pending" });
    go.open();
    await driven.text();
    expect((await rig.drive(second)).status).toBe(200);
  });

  test("followers of a stream and of the process: 429, and a place that is left is free", async () => {
    const rig = await startRig("memory", {
      ...instant,
      limits: { followersPerStream: 2, followers: 3 },
    });
    const [one, two] = [await rig.create(), await rig.create()];
    const follow = (id: string, signal?: AbortSignal) =>
      fetch(`${rig.base}/${id}?live=text`, { signal: signal ?? null });
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
