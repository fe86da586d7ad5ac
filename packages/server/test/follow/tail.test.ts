import { expect, test } from "vitest";
import { createTails } from "../../src/lib/follow/tails.ts";
import { memoryStore } from "../../src/lib/store/memory/store.ts";
import { nextTurn } from "../../src/lib/util/event-loop.ts";
import { sleep, startFixture } from "../harness/fixture.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const oneTurn = () => new Promise<void>((resolve) => nextTurn(resolve));

test("a crowd that is notified more slowly than text comes is notified less often, of more text at a time, and of all of it", async () => {
  const store = memoryStore();
  const tails = createTails({
    store,
    limits: { followers: 1000, followersPerStream: 1000 },
    pollMs: 60_000,
    onError: (error) => {
      throw error;
    },
  });
  const claim = { token: "producer", leaseMs: 60_000 };
  expect(await store.claim("id", { ...claim, create: {} })).toMatchObject({ claimed: true });
  const { tail } = await tails.join("id");
  const READERS = 640;
  const calls = Array.from({ length: READERS }, () => 0);
  const seen = Array.from({ length: READERS }, () => 0);
  for (let reader = 0; reader < READERS; reader++) {
    tail.subscribe(() => {
      calls[reader]!++;
      seen[reader] = tail.end;
    });
  }
  const TOKENS = 60;
  for (let token = 0; token < TOKENS; token++) {
    const append = { ...claim, offset: token, bytes: bytes("x") };
    await store.append("id", append);
    // In a turn, a tenth of them is notified.
    await oneTurn();
  }
  for (let turn = 0; turn < 20; turn++) await oneTurn();
  expect(new Set(seen)).toEqual(new Set([TOKENS]));
  expect(Math.max(...calls)).toBeLessThan(TOKENS / 5);
  expect(Math.min(...calls)).toBeGreaterThan(TOKENS / 15);
  tails.close();
});

test("followers of a producer that died learn of the timeout, and their response ends", async () => {
  let dead = false;
  const fixture = await startFixture("memory", {
    leaseMs: 300,
    around: (store) => ({
      ...store,
      // The producer's process is gone, as far as the store can tell.
      append: (id, append) => (dead ? new Promise(() => {}) : store.append(id, append)),
      renew: (...args) => (dead ? new Promise(() => {}) : store.renew(...args)),
    }),
    generate: async ({ append, signal }) => {
      append("One. ");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await fixture.create();
  void fixture.drive(id);
  const following = await fixture.get(id, "?live=text");
  await expect.poll(async () => (await fixture.streams.status(id))?.length).toBe(5);
  dead = true;
  expect(await following.text()).toBe("One. ");
  expect((await fixture.get(id)).headers.get("stream-status")).toBe("timeout");
});

test("many followers of a stream cost one watch, and one read a flush", async () => {
  const calls = { watch: 0, read: 0, append: 0 };
  const fixture = await startFixture("sqlite", {
    around: (store) => ({
      ...store,
      watch: (...args) => {
        calls.watch++;
        return store.watch(...args);
      },
      read: (...args) => {
        calls.read++;
        return store.read(...args);
      },
      append: (...args) => {
        calls.append++;
        return store.append(...args);
      },
    }),
    generate: async ({ append }) => {
      for (let n = 0; n < 20; n++) {
        append(`Sentence ${n}. `);
        await sleep(20);
      }
    },
  });
  const id = await fixture.create();
  const followers = Array.from({ length: 50 }, () => fixture.get(id, "?live=text"));
  await Promise.all(followers);
  expect(calls.watch).toBe(1);
  const before = calls.read;
  const text = await (await fixture.drive(id)).text();
  for (const follower of followers) expect(await (await follower).text()).toBe(text);
  // The second one is the producer's; the store shares a stream's watches.
  expect(calls.watch).toBe(2);
  expect(calls.read - before).toBeLessThanOrEqual(calls.append + 3);
});
