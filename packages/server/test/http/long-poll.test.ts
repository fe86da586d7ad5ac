import { expect, test, vi } from "vitest";
import type { GenerateContext, Store } from "../../src/index.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

const POLLERS = 100;

/** A stream that says a word when the test opens `word`, and 100 polls that wait for it. */
async function polled() {
  const counts = { reads: 0 };
  const word = gate();
  const rest = gate();
  const fixture = await startFixture("memory", {
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
  const id = await fixture.create();
  await fixture.drive(id);
  const polls = Array.from({ length: POLLERS }, () => fixture.get(id, "?offset=-1&live=long-poll"));
  // Each has looked, and waits.
  await vi.waitFor(() => expect(counts.reads).toBe(POLLERS), { timeout: 20_000 });
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  counts.reads = 0;
  return { fixture, id, counts, polls: Promise.all(polls), word, rest };
}

test("all polls that wait for the same text are answered by one read of the store", async () => {
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

test("a poll for a stream that is deleted is answered with 410", async () => {
  const { fixture, id, polls } = await polled();
  await fixture.streams.delete(id);
  for (const response of await polls) expect(response.status).toBe(410);
});

test("a poll for a stream that is stopped is answered with its end, without a read of the store", async () => {
  const { fixture, id, polls, counts } = await polled();
  await fixture.streams.stop(id);
  for (const response of await polls) {
    expect(response.status).toBe(204);
    expect(response.headers.get("stream-status")).toBe("stopped");
    expect(response.headers.get("stream-closed")).toBe("true");
  }
  expect(counts.reads).toBeLessThan(10);
});

test("a poll at a server that is closed is answered, and no error is reported", async () => {
  const { fixture, polls } = await polled();
  await fixture.streams.close();
  for (const response of await polls) expect([200, 204]).toContain(response.status);
  expect(fixture.errors).toEqual([]);
});
