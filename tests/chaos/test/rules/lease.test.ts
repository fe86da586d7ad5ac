import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/lib/history/history.ts";
import { check } from "../../src/lib/rules/checker.ts";
import { leaseRules } from "../../src/lib/rules/lease.ts";
import {
  append,
  breakEach,
  brokenBy,
  died,
  final,
  good,
  historyOf,
  observed,
  shown,
  truth,
  without,
} from "./histories.ts";

breakEach(leaseRules, [
  [
    "never-stuck",
    "a stream that never ends",
    historyOf([...without("final"), final({ status: "streaming" })]),
  ],
  [
    "never-stuck",
    "a stream that outlives its lease",
    historyOf([...died, observed(1_500, "streaming", 5)]),
  ],
  ["never-stuck", "pending past its time", historyOf([...good, observed(2_500, "pending", 0)])],
  [
    "lives-out-its-lease",
    "a timeout while the lease lasts",
    historyOf([
      ...died.filter((event) => event.t < 900),
      observed(700, "timeout", 5),
      shown(1_300, "driver", "Hé! 流", "timeout"),
      shown(1_300, "follower", "Hé! ", "timeout"),
      final({ t: 1_500, status: "timeout", text: "Hé! " }),
    ]),
  ],
  [
    "lives-out-its-lease",
    "a timeout of a stream that might still be claimed",
    historyOf([
      { kind: "created", t: 0, ended: 0, stream: "s" },
      observed(1_500, "timeout", 0),
      shown(1_600, "driver", "", "timeout"),
      shown(1_600, "follower", "", "timeout"),
      final({ t: 1_700, status: "timeout", text: "" }),
    ]),
  ],
  [
    "writes-within-its-lease",
    "a renewal that brings a dead lease back",
    historyOf([
      ...good.filter((event) => event.t < 400),
      { kind: "renew", t: 1_500, ended: 1_501, outcome: "ok", server: "a", stream: "s" },
      append(1_502, 5, "流。 End", { close: "done" }),
      shown(1_510, "driver", truth, "done"),
      shown(1_520, "follower", truth, "done"),
      final({ t: 1_600 }),
    ]),
  ],
  [
    "writes-within-its-lease",
    "a flush after an expired lease that nobody has read",
    historyOf([
      ...good.filter((event) => event.t < 400),
      append(1_500, 5, "流。 End", { close: "done" }),
      shown(1_510, "driver", truth, "done"),
      shown(1_520, "follower", truth, "done"),
      final({ t: 1_600 }),
    ]),
  ],
]);

test("a late producer breaks the rule only if the machine was not busy", () => {
  const late = [...died, observed(1_250, "streaming", 5)].filter((event) => event.t !== 1_200);
  const timely = historyOf([...late, observed(1_290, "timeout", 5)]);
  expect(check(timely)).toEqual([]);
  const stuck = [...late.filter((event) => event.t !== 1_250), observed(1_600, "streaming", 5)];
  const end = [
    observed(1_690, "timeout", 5),
    shown(1_700, "driver", "Hé! 流", "timeout"),
    shown(1_700, "follower", "Hé! ", "timeout"),
    final({ t: 1_800, status: "timeout", text: "Hé! " }),
  ];
  const slow = [...stuck.filter((event) => event.t < 1_300 || event.t === 1_600), ...end];
  expect(brokenBy(historyOf(slow))).toEqual(["never-stuck"]);
  expect(check(historyOf([...slow, { kind: "lag", t: 1_000, ended: 1_300 }]))).toEqual([]);
});

test("a call that an outage delayed may renew the lease at the end of the outage", () => {
  const held: HistoryEvent[] = [
    ...died.filter((event) => event.t < 900),
    { kind: "fault", t: 299, what: "store-down" },
    { kind: "fault", t: 800, what: "store-up" },
    observed(1_700, "streaming", 5),
    observed(1_900, "timeout", 5),
    shown(2_000, "driver", "Hé! 流", "timeout"),
    shown(2_000, "follower", "Hé! ", "timeout"),
    final({ t: 2_100, status: "timeout", text: "Hé! " }),
  ];
  expect(check(historyOf(held))).toEqual([]);
  expect(brokenBy(historyOf([...held, observed(1_960, "streaming", 5)]))).toContain("never-stuck");
});

test("a call that was never answered may have been carried out until its server was killed", () => {
  const killedLate: HistoryEvent[] = [
    ...died.filter((event) => event.kind !== "fault" && event.t < 900),
    { kind: "fault", t: 700, what: "kill", server: "a" },
    observed(1_600, "streaming", 5),
    observed(1_800, "timeout", 5),
    shown(1_900, "driver", "Hé! 流", "timeout"),
    shown(1_900, "follower", "Hé! ", "timeout"),
    final({ t: 2_000, status: "timeout", text: "Hé! " }),
  ];
  expect(check(historyOf(killedLate))).toEqual([]);
  expect(brokenBy(historyOf([...killedLate, observed(1_890, "streaming", 5)]))).toContain(
    "never-stuck",
  );
});
