import { expect, test } from "vitest";
import { codeOf } from "../../harness/answers.ts";
import { startFixture } from "../../harness/fixture.ts";
import { gate } from "../../harness/gate.ts";

test("a drive of a claimed stream is 409 with the status, and the generation goes on", async () => {
  const go = gate();
  const fixture = await startFixture("memory", {
    generate: async ({ append }) => {
      append("One. ");
      await go.opened;
      append("Two.");
    },
  });
  const id = await fixture.create();
  const driven = await fixture.drive(id);
  const second = await fixture.drive(id);
  expect([second.status, await codeOf(second)]).toEqual([409, "claimed"]);
  expect(second.headers.get("stream-status")).toBe("streaming");
  go.open();
  expect(await driven.text()).toBe("One. Two.");
});

test("a driver that leaves cancels nothing (a disconnect is not a stop)", async () => {
  const left = gate();
  const fixture = await startFixture("memory", {
    generate: async ({ append, signal }) => {
      append("One. ");
      await left.opened;
      append("Two.");
      expect(signal.aborted).toBe(false);
    },
  });
  const id = await fixture.create();
  const abort = new AbortController();
  const response = await fetch(`${fixture.base}/${id}/drive`, {
    method: "POST",
    signal: abort.signal,
  });
  await response.body!.getReader().read();
  abort.abort();
  left.open();
  await expect
    .poll(() => fixture.streams.read(id))
    .toMatchObject({ status: "done", text: "One. Two." });
});
