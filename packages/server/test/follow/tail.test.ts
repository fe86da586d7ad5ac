import { expect, test } from "vitest";
import { createTails } from "../../src/lib/follow/tails.ts";
import { memoryStore } from "../../src/lib/store/memory/store.ts";
import { nextTurn } from "../../src/lib/util/event-loop.ts";

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
  await store.create("id", 60_000);
  const claim = await store.claim("id", 60_000);
  if (!claim?.claimed) throw new Error("not claimed");
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
    const append = { epoch: claim.epoch, offset: token, bytes: bytes("x"), leaseMs: 60_000 };
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
