import { expect, test } from "vitest";
import { check } from "../../src/lib/rules/checker.ts";
import { readerRules } from "../../src/lib/rules/reader.ts";
import {
  append,
  breakEach,
  brokenBy,
  died,
  final,
  good,
  historyOf,
  readerOf,
  shown,
  truth,
  without,
} from "./histories.ts";

breakEach(readerRules, [
  ["only-grows", "a text that shrinks", historyOf([...good, shown(320, "driver", "Hé!")])],
  [
    "shows-the-truth",
    "text that was never generated",
    historyOf([...good, shown(5, "driver", "Hé! 流x")]),
  ],
  ["shows-the-truth", "text shown twice", historyOf([...good, shown(30, "follower", "Hé! Hé! ")])],
  ["shows-the-truth", "a broken character", historyOf([...good, shown(2.5, "driver", "H\ufffd")])],
  [
    "status-has-evidence",
    "done, and then more",
    historyOf([...good, shown(30, "driver", "Hé! 流。", "done")]),
  ],
  [
    "status-has-evidence",
    "an error of a reader that has left",
    historyOf([
      ...without("shown", "follower"),
      shown(30, "follower", "Hé! ", "error"),
      { kind: "left", t: 40, reader: "follower" },
    ]),
  ],
  ["settles", "a reader that stays behind", historyOf(good.filter((event) => event.t !== 420))],
  ["settles", "a reader that got no body", historyOf(without("shown", "follower"))],
  [
    "settles",
    "a follower that keeps a tail that was never stored",
    historyOf(
      died.map((event) =>
        event.t === 1_300 && readerOf(event) === "follower"
          ? shown(1_300, "follower", "Hé! 流", "timeout")
          : event,
      ),
    ),
  ],
  [
    "settles",
    "a driver that keeps a tail though its server closed the stream",
    historyOf([
      ...good.filter((event) => event.t < 400),
      append(400, 5, "", { close: "stopped" }),
      shown(410, "driver", truth, "stopped"),
      shown(420, "follower", "Hé! ", "stopped"),
      final({ status: "stopped", text: "Hé! " }),
    ]),
  ],
  [
    "persisted-first",
    "a follower that is ahead of the store",
    historyOf([...good, shown(8, "follower", "Hé! ")]),
  ],
]);

test("invariant 6: a driver whose server died may keep its longer tail", () => {
  expect(check(historyOf(died))).toEqual([]);
});

test("invariant 6: only the tabs of its browser may keep that tail too", () => {
  const kept = died.map((event) =>
    event.t === 1_300 && readerOf(event) === "follower"
      ? shown(1_300, "follower", "Hé! 流", "timeout")
      : event,
  );
  const inBrowser = (browser: string) => ({
    readers: { driver: { stream: "s", browser: "one" }, follower: { stream: "s", browser } },
  });
  expect(check(historyOf(kept, inBrowser("one")))).toEqual([]);
  expect(brokenBy(historyOf(kept, inBrowser("two")))).toContain("settles");
});
