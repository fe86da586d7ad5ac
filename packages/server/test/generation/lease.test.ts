import { expect, test } from "vitest";
import { memoryStore } from "../../src/memory.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

test("a producer that lost its lease writes nothing more, and its driver's response ends", async () => {
  let skipped = 0;
  const lost = gate<unknown>();
  const inner = memoryStore({ now: () => performance.now() + skipped });
  const fixture = await startFixture("memory", {
    leaseMs: 60_000,
    around: () => inner,
    generate: async ({ append, signal }) => {
      append("Shown. ");
      signal.addEventListener("abort", () => lost.open(signal.reason));
      await lost.opened;
      append("Never shown.");
    },
  });
  const id = await fixture.create();
  const response = await fixture.drive(id);
  await expect.poll(async () => (await fixture.streams.status(id))?.length).toBe(7);
  skipped = 60_000;
  expect(await fixture.streams.status(id)).toEqual({
    status: "timeout",
    reason: "crash",
    length: 7,
    epoch: 1,
  });
  // The heart beats three times a lease; a control change makes it beat now.
  await inner.delete(id);
  expect(await lost.opened).toMatchObject({ reason: "lost" });
  expect(await response.text()).toBe("Shown. ");
});
