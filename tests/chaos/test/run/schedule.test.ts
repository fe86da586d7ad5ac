import { expect, test } from "vitest";
import { killSchedule, randomSchedule } from "../../src/lib/run/schedule.ts";
import { storeNames } from "../../src/lib/store/open-store.ts";

const seeds = Array.from({ length: 300 }, (_, seed) => seed);

test.each(storeNames)("the same seed makes the same schedule, on %s", (store) => {
  for (const seed of seeds.slice(0, 20)) {
    expect(randomSchedule(seed, store)).toEqual(randomSchedule(seed, store));
    expect(killSchedule(seed, store)).toEqual(killSchedule(seed, store));
  }
  expect(randomSchedule(1, store)).not.toEqual(randomSchedule(2, store));
});

test("together, the seeds produce every fault and incident", () => {
  const schedules = seeds.map((seed) => randomSchedule(seed, "redis"));
  const kinds = (values: unknown[]) => [...new Set(values)].sort();
  expect(kinds(schedules.flatMap(({ incidents }) => incidents.map(({ kind }) => kind)))).toEqual([
    "kill",
    "pause",
    "store",
  ]);
  const readers = schedules.flatMap((schedule) => schedule.readers);
  expect(kinds(readers.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toHaveLength(14);
  expect(kinds(readers.map(({ live }) => live))).toEqual(["long-poll", "poll", "sse", "text"]);
  expect(kinds(readers.map(({ role }) => role))).toEqual(["driver", "follower"]);
  expect(readers.some(({ role, browser }) => role === "follower" && browser)).toBe(true);
  expect(readers.some((reader) => reader.stopAt !== undefined)).toBe(true);
  expect(readers.some((reader) => reader.leaveAt !== undefined)).toBe(true);
  expect(
    schedules.some(({ incidents, leaseMs }) =>
      incidents.some((incident) => incident.kind === "pause" && incident.forMs > leaseMs),
    ),
  ).toBe(true);
  const flaky = schedules.flatMap(({ servers }) => servers.map((server) => "flaky" in server));
  expect(kinds(flaky)).toEqual([false, true]);
  const outages = schedules.flatMap(({ incidents, leaseMs }) =>
    incidents
      .filter((incident) => incident.kind === "store")
      .map(({ forMs }) => forMs > 2 * leaseMs),
  );
  expect(kinds(outages)).toEqual([false, true]);
  expect(kinds(schedules.map(({ observeMs, leaseMs }) => observeMs > leaseMs))).toEqual([
    false,
    true,
  ]);
  const skews = schedules.flatMap(({ servers }) => servers.map(({ skewMs }) => skewMs));
  expect(Math.min(...skews)).toBeLessThan(-50_000);
  expect(Math.max(...skews)).toBeGreaterThan(50_000);
});

test("servers on SQLite share one machine's clock", () => {
  for (const seed of seeds) {
    const { servers } = randomSchedule(seed, "sqlite");
    expect(new Set(servers.map(({ skewMs }) => skewMs))).toEqual(new Set([0]));
  }
});
