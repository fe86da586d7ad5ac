import { expect, test, vi } from "vitest";
import { createTabChannel } from "../../src/lib/tabs/tab-channel.ts";
import { isTabMessage } from "../../src/lib/tabs/tab-message.ts";

const from = { id: "one", tab: "a" };
const ended = { ...from, type: "ended", status: "done", length: 4 };

test.each([
  { ...from, type: "drive" },
  { ...from, type: "bye", to: "b" },
  { ...from, type: "leave" },
  { ...from, type: "ask", from: 0 },
  { ...from, type: "text", delta: "", offset: 7 },
  ended,
  { ...ended, error: null, errorMessage: null, reason: null },
  { ...ended, status: "error", error: "quota", errorMessage: "No more.", reason: "limit" },
])("takes %j", (message) => {
  expect(isTabMessage(message)).toBe(true);
});

const FOREIGN = [
  undefined,
  null,
  7,
  "text",
  [],
  {},
  { type: "drive" },
  { ...from, type: "toString" },
  { ...from, type: "rewind" },
  { ...from, type: "drive", to: 7 },
  { ...from, type: "drive", id: 7 },
  { ...from, type: "ask", from: "0" },
  { ...from, type: "text", delta: 7, offset: 0 },
  { ...from, type: "text", delta: "a" },
  { ...from, type: "text", delta: "a", offset: Number.NaN },
  { ...from, type: "text", delta: "a", offset: -1 },
  { ...ended, status: "streaming" },
  { ...ended, status: "complete" },
  { ...ended, length: "4" },
  { ...ended, error: { code: "quota" } },
  { ...ended, errorMessage: 7 },
  { ...ended, reason: 7 },
];

test.each(FOREIGN)("refuses %j", (message) => {
  expect(isTabMessage(message)).toBe(false);
});

test("D13: a tab ignores messages of another shape, and takes the next one of its own", async () => {
  const onMessage = vi.fn();
  const member = createTabChannel("foreign").join("one", onMessage);
  const stranger = new BroadcastChannel("twinstream:foreign");
  for (const message of FOREIGN) stranger.postMessage(message);
  stranger.postMessage(ended);
  await vi.waitFor(() => expect(onMessage).toHaveBeenCalled());
  expect(onMessage.mock.calls).toEqual([[ended]]);
  stranger.close();
  member.leave();
});
