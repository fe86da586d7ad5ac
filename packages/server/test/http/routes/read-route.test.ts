import { expect, test } from "vitest";
import { startFixture } from "../../harness/fixture.ts";
import { gate } from "../../harness/gate.ts";

test("an offset beyond the stored text: catch-up is empty, and live waits for more", async () => {
  const go = gate();
  const fixture = await startFixture("memory", {
    generate: async ({ append }) => {
      append("12345. ");
      await go.opened;
      append("890");
    },
  });
  const id = await fixture.create();
  const driven = fixture.drive(id).then((response) => response.text());
  await expect.poll(async () => (await fixture.streams.status(id))?.length).toBe(7);
  const ahead = await fixture.get(id, "?offset=9");
  expect([ahead.status, await ahead.text()]).toEqual([200, ""]);
  expect(ahead.headers.get("stream-status")).toBe("streaming");
  const live = await fixture.get(id, "?offset=9&live=text");
  go.open();
  expect(await live.text()).toBe("0");
  expect(await driven).toBe("12345. 890");
  const beyond = await fixture.get(id, "?offset=99&live=text");
  expect([beyond.headers.get("stream-status"), await beyond.text()]).toEqual(["done", ""]);
});
