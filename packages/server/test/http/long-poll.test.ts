import { expect, test, vi } from "vitest";
import type { GenerateContext, Store } from "../../src/index.ts";
import { startRig } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

const POLLERS = 100;

/** A stream that says a word when it is let, and as many as wait for it from its start. */
async function polled() {
  const counts = { reads: 0 };
  const word = gate();
  const rest = gate();
  const rig = await startRig("memory", {
    flush: { boundary: "none", maxDelayMs: 0 },
    around: (store): Store => ({
      ...store,
      read(...asked) {
        counts.reads++;
        return store.read(...asked);
      },
    }),
    async generate({ append, signal }: GenerateContext) {
      await word.opened;
      append("Hello, 世界");
      await Promise.race([
        rest.opened,
        new Promise((end) => signal.addEventListener("abort", end)),
      ]);
    },
  });
  const id = await rig.create();
  await rig.drive(id);
  const polls = Array.from({ length: POLLERS }, () => rig.get(id, "?offset=-1&live=long-poll"));
  // Each has looked, and waits.
  await vi.waitFor(() => expect(counts.reads).toBe(POLLERS), { timeout: 20_000 });
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  counts.reads = 0;
  return { rig, id, counts, polls: Promise.all(polls), word, rest };
}

test("all who wait for the same text are answered by one read of the store", async () => {
  const { polls, counts, word, rest } = await polled();
  word.open();
  for (const response of await polls) {
    expect(response.status).toBe(200);
    expect(response.headers.get("stream-status")).toBe("streaming");
    expect(response.headers.get("stream-next-offset")).toBe("0000000000000013");
    expect(response.headers.get("stream-up-to-date")).toBe("true");
    expect(await response.text()).toBe("Hello, 世界");
  }
  expect(counts.reads).toBeLessThan(10);
  rest.open();
});

test("who waits for a stream that is deleted is told that it is gone", async () => {
  const { rig, id, polls } = await polled();
  await rig.streams.delete(id);
  for (const response of await polls) expect(response.status).toBe(404);
});

test("who waits for a stream that is stopped is told so, and asks the store for nothing", async () => {
  const { rig, id, polls, counts } = await polled();
  await rig.streams.stop(id);
  for (const response of await polls) {
    expect(response.status).toBe(204);
    expect(response.headers.get("stream-status")).toBe("stopped");
    expect(response.headers.get("stream-closed")).toBe("true");
  }
  expect(counts.reads).toBeLessThan(10);
});

test("who waits at a server that is closed is sent away, and nothing is told as an error", async () => {
  const { rig, polls } = await polled();
  await rig.streams.close();
  for (const response of await polls) expect([200, 204]).toContain(response.status);
  expect(rig.errors).toEqual([]);
});
