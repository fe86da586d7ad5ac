import { expect, test } from "vitest";
import type { Store } from "../../src/index.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

test("close waits for a drive that is being claimed, and ends it too", async () => {
  const claiming = gate();
  const go = gate();
  const fixture = await startFixture("memory", {
    around: (store: Store): Store => ({
      ...store,
      async claim(...args) {
        claiming.open();
        await go.opened;
        return store.claim(...args);
      },
    }),
    generate: ({ append, signal }) => {
      append("So far.");
      return new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await fixture.create();
  const driven = fixture.drive(id);
  await claiming.opened;
  const closed = fixture.streams.close();
  go.open();
  await closed;
  expect(await fixture.store.status(id)).toMatchObject({ status: "timeout" });
  await (await driven).text();
});

test("a stop that a server has not seen yet is kept when that server is closed", async () => {
  const fixture = await startFixture("memory", {
    // Another server stores the stop, and its wake-up is still on the way.
    around: (store: Store): Store => ({ ...store, watch: async () => () => {} }),
    generate: ({ append, signal }) => {
      append("So far.");
      return new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await fixture.create();
  const driven = await fixture.drive(id);
  await fixture.store.stop(id);
  await fixture.streams.close();
  expect(await fixture.streams.read(id)).toMatchObject({ status: "stopped", text: "So far." });
  await driven.text();
});
