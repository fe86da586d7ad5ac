import { expect, test } from "vitest";
import { createBroadcaster } from "../../src/lib/tabs/broadcaster.ts";
import type { TabChannel } from "../../src/lib/tabs/tab-channel.ts";
import type { TabEvent, TabMessage } from "../../src/lib/tabs/tab-message.ts";
import { Clock, Page } from "../proof/clock.ts";

/** A driving tab with one sibling that has asked, and all that the sibling is sent from then on. */
function feeding() {
  const clock = new Clock();
  const { platform } = new Page("driver", clock);
  const sent: TabEvent[] = [];
  let hear: (message: TabMessage) => void = () => {};
  const channel: TabChannel = {
    join(_id, onMessage) {
      hear = onMessage;
      return { send: (event) => sent.push(event), leave() {} };
    },
  };
  const broadcaster = createBroadcaster(channel, "one", platform, () => {});
  hear({ id: "one", tab: "sibling", type: "ask", from: 0 });
  sent.length = 0;
  const texts = async () => {
    await clock.pass(20);
    return sent
      .splice(0)
      .map((event) => (event.type === "text" ? [event.offset, event.delta] : event));
  };
  return { broadcaster, texts };
}

test("text that a probe of the driving tab's has brought is fed at once, and not again by the drive", async () => {
  const { broadcaster, texts } = feeding();
  broadcaster.evidence({ delta: "a€", offset: 0, status: "streaming" });
  expect(await texts()).toEqual([[0, "a€"]]);
  broadcaster.text("a", 1);
  broadcaster.text("€", 3);
  expect(await texts()).toEqual([]);
  broadcaster.text("b", 1);
  expect(await texts()).toEqual([[4, "b"]]);
  broadcaster.evidence({ text: "a€bcd", status: "streaming" });
  broadcaster.text("cde", 3);
  expect((await texts()).flat()).toEqual([5, "cde"]);
});

test("text that comes with the end is fed before it", async () => {
  const { broadcaster, texts } = feeding();
  broadcaster.text("a", 1);
  broadcaster.end();
  broadcaster.evidence({ delta: "b", offset: 1, status: "done", reason: "length" });
  expect(await texts()).toMatchObject([
    [0, "ab"],
    { type: "ended", status: "done", length: 2, reason: "length" },
    { type: "bye" },
  ]);
});
