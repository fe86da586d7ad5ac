import { expect, test } from "vitest";
import type { Store } from "../../src/index.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

test("streams.read gives text and status of one moment", async () => {
  const go = gate();
  const reading = gate();
  let held = false;
  const fixture = await startFixture("memory", {
    around: (store: Store): Store => ({
      ...store,
      async read(...args) {
        const page = await store.read(...args);
        if (held) {
          reading.open();
          await ended.opened;
        }
        return page;
      },
    }),
    generate: async ({ append }) => {
      append("First. ");
      await go.opened;
      append("Second.");
    },
  });
  const ended = gate();
  const id = await fixture.create();
  const driven = (await fixture.drive(id)).text();
  await expect.poll(async () => (await fixture.streams.status(id))?.length).toBe(7);
  held = true;
  const snapshot = fixture.streams.read(id);
  await reading.opened;
  go.open();
  expect(await driven).toBe("First. Second.");
  ended.open();
  const { text, length, status } = (await snapshot)!;
  expect(length).toBe(text.length);
  expect([text, status]).toEqual(["First. ", "streaming"]);
});
