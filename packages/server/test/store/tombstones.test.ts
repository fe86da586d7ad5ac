import { expect, test } from "vitest";
import { memoryStore } from "../../src/memory.ts";
import { sqliteStore } from "../../src/sqlite.ts";

const HOUR = 60 * 60_000;
const claim = { token: "producer", leaseMs: 60_000 };

// The stores whose clock can be moved; those of Postgres and Redis are in the tests of these stores.
test.each([
  ["memory", memoryStore],
  ["SQLite", (options: { now: () => number }) => sqliteStore({ path: ":memory:", ...options })],
] as const)("%s knows for 24 hours that it deleted a stream", async (_, open) => {
  let now = 1_700_000_000_000;
  const store = open({ now: () => now });
  await store.create("deleted", { pendingMs: HOUR });
  await store.claim("swept", { ...claim, create: {} });
  await store.delete("deleted");
  // Swept an hour later: its day begins then.
  now += HOUR;
  await store.status("swept");
  now += 1;
  expect(await store.sweep(0)).toBe(1);

  now += 23 * HOUR - 2;
  await store.sweep(0);
  expect(await store.isDeleted("deleted")).toBe(true);
  expect(await store.claim("deleted", { ...claim, create: {} })).toBeUndefined();
  now += 1;
  expect(await store.isDeleted("deleted")).toBe(false);
  expect(await store.isDeleted("swept")).toBe(true);
  expect(await store.claim("deleted", { ...claim, create: {} })).toMatchObject({ claimed: true });

  now += HOUR;
  expect(await store.isDeleted("swept")).toBe(true);
  now += 1;
  expect(await store.isDeleted("swept")).toBe(false);
  // Deleted again, and made again by the application itself: known as deleted no more.
  await store.delete("deleted");
  expect(await store.create("deleted", { pendingMs: HOUR })).toBe(true);
  expect(await store.isDeleted("deleted")).toBe(false);
  await store.close();
});
