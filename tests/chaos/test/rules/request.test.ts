import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/lib/history/history.ts";
import { check } from "../../src/lib/rules/checker.ts";
import { requestRules } from "../../src/lib/rules/request.ts";
import {
  append,
  breakEach,
  died,
  exchange,
  final,
  good,
  historyOf,
  shown,
  stop,
  truth,
} from "./histories.ts";

breakEach(requestRules, [
  [
    "drives-once",
    "a second drive after an answer",
    historyOf([...good, exchange(50, "driver", "drive")]),
  ],
  [
    "drives-once",
    "a second drive without a pending status before it",
    historyOf([exchange(-5, "driver", "drive", { passed: false, fault: "refuse" }), ...good]),
  ],
  [
    "answers-are-final",
    "an answer with an end that is not the stored one",
    historyOf([...good, exchange(50, "follower", "read", { answer: 200, streamStatus: "error" })]),
  ],
  [
    "answers-are-final",
    "a stop that is answered with a timeout while the stream continues",
    historyOf([...good, stop("timeout")]),
  ],
  ["stop-is-kept", "a stop that becomes a timeout", historyOf([...died, stop("streaming")])],
  ["stop-is-kept", "a stop that is answered without a status", historyOf([...good, stop()])],
  [
    "stop-is-kept",
    "a producer that ignores a stop",
    historyOf([...good, stop("streaming"), append(800, 15, "x")]),
  ],
]);

test("a drive that hangs may be sent again after a pending status, whatever its later answer is", () => {
  const given = (drive: HistoryEvent) => [
    { ...good[0]!, t: -100, ended: -100 } as HistoryEvent,
    drive,
    exchange(-60, "driver", "read", { ended: -50, answer: 200, streamStatus: "pending" }),
    ...good.slice(1),
  ];
  const hung = { fault: "stall", answer: 409, streamStatus: "streaming" };
  const late = exchange(-90, "driver", "drive", { ...hung, ended: 3 });
  expect(check(historyOf(given(late)))).toEqual([]);
  const heard = exchange(-90, "driver", "drive", { ...hung, ended: -70 });
  expect(check(historyOf(given(heard)))).toMatchObject([{ rule: "drives-once" }]);
  // Before the next drive, but long after its client had given it up.
  const givenUp = exchange(-2_000, "driver", "drive", { ...hung, ended: -20 });
  expect(check(historyOf(given(givenUp)))).toEqual([]);
  const inTime = exchange(-1_600, "driver", "drive", { ...hung, ended: -20 });
  expect(check(historyOf(given(inTime)))).toMatchObject([{ rule: "drives-once" }]);
});

test("a stop after the lease has expired changes nothing", () => {
  const late = exchange(1_195, "driver", "stop", {
    ended: 1_198,
    answer: 204,
    streamStatus: "timeout",
  });
  expect(check(historyOf([...died, late]))).toEqual([]);
});

test("a flush that was under way at the stop may be tried again until the store answers", () => {
  const tried: HistoryEvent[] = [
    ...good.filter((event) => event.t < 300),
    stop("streaming"),
    append(105, 5, "流。", { ended: 106, outcome: "failed" }),
    { kind: "renew", t: 110, ended: 111, outcome: "ok", server: "a", stream: "s" },
    append(300, 5, "流。"),
    append(302, 11, " End", { close: "stopped" }),
    shown(410, "driver", truth, "stopped"),
    shown(420, "follower", truth, "stopped"),
    final({ status: "stopped" }),
  ];
  expect(check(historyOf(tried))).toEqual([]);
});
