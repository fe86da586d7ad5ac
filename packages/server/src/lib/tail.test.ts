import { expect, test } from "vitest";
import { createHub } from "./hub.ts";
import { memoryStore } from "./memory.ts";
import { createTails } from "./tail.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Holds the thread, as writing to many sockets does. */
function work(ms: number) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("a crowd that takes long to tell is told less often, of more at a time, and of all of it", async () => {
  const store = memoryStore();
  const tails = createTails({
    store,
    hub: createHub(store),
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
  let told = 0;
  // Together, the readers take longer than it takes the next token to come.
  for (let reader = 0; reader < 40; reader++) {
    tail.subscribe(() => {
      if (reader === 0) told++;
      work(0.5);
    });
  }
  const TOKENS = 60;
  for (let token = 0; token < TOKENS; token++) {
    const append = { epoch: claim.epoch, offset: token, bytes: bytes("x"), leaseMs: 60_000 };
    await store.append("id", append);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  while (tail.end < TOKENS) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(tail.end).toBe(TOKENS);
  expect(told).toBeLessThan(TOKENS / 2 + 2);
  expect(told).toBeGreaterThan(1);
  tails.close();
});
