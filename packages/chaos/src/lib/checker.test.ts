import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, rules } from "./checker.ts";
import { type History, type HistoryEvent, loadHistory, saveHistory } from "./history.ts";

const truth = "Hé! 流。 End";

const append = (t: number, offset: number, text: string, more: object = {}): HistoryEvent => ({
  kind: "append",
  t,
  ended: t + 1,
  outcome: "ok",
  server: "a",
  stream: "s",
  offset,
  bytes: Buffer.byteLength(text),
  ...more,
});
const shown = (t: number, reader: string, text: string, status = "streaming"): HistoryEvent =>
  ({ kind: "shown", t, reader, text, status }) as HistoryEvent;
const observed = (t: number, status: string, length: number): HistoryEvent =>
  ({ kind: "observed", t, ended: t + 1, stream: "s", status, length }) as HistoryEvent;
const exchange = (t: number, reader: string, action: string, more: object = {}): HistoryEvent =>
  ({ kind: "exchange", t, reader, action, passed: true, ...more }) as HistoryEvent;

// A driver and a follower of one stream that two flushes carry to `done`.
const good: HistoryEvent[] = [
  { kind: "created", t: 0, ended: 0, stream: "s" },
  exchange(0, "driver", "drive", { ended: 2, answer: 200, streamStatus: "streaming" }),
  { kind: "claim", t: 1, ended: 2, outcome: "ok", server: "a", stream: "s" },
  { kind: "generated", t: 2, server: "a", stream: "s" },
  shown(3, "driver", "Hé! 流"),
  observed(5, "streaming", 0),
  append(10, 0, "Hé! "),
  observed(15, "streaming", 5),
  shown(20, "follower", "Hé! "),
  { kind: "renew", t: 300, ended: 301, outcome: "ok", server: "a", stream: "s" },
  shown(310, "driver", truth),
  append(400, 5, "流。 End", { close: "done" }),
  observed(405, "done", 15),
  shown(410, "driver", truth, "done"),
  shown(420, "follower", truth, "done"),
  { kind: "calm", t: 500 },
  { kind: "final", t: 600, stream: "s", status: "done", text: truth, whole: true },
];

const historyOf = (events: readonly HistoryEvent[], more: Partial<History> = {}): History => ({
  seed: 1,
  store: "memory",
  leaseMs: 1_000,
  pendingMs: 2_000,
  streams: { s: { text: truth } },
  readers: { driver: { stream: "s" }, follower: { stream: "s" } },
  events: events.toSorted((a, b) => a.t - b.t),
  ...more,
});
const broken = (history: History) => [...new Set(check(history).map(({ rule }) => rule))].sort();
const without = (kind: string, ...names: string[]) =>
  good.filter(
    (event) => event.kind !== kind || (names.length > 0 && !names.includes(reader(event))),
  );
const reader = (event: HistoryEvent) => ("reader" in event ? event.reader : "");
const stop = (streamStatus?: string): HistoryEvent =>
  exchange(100, "driver", "stop", { ended: 101, answer: 204, streamStatus });
const final = (more: object): HistoryEvent =>
  ({ ...good.find((event) => event.kind === "final"), ...more }) as HistoryEvent;

// A server that died after its first flush: the driver keeps the tail, the status is the stored one.
const died: HistoryEvent[] = [
  ...good.filter((event) => event.t < 300),
  { kind: "fault", t: 305, what: "kill", server: "a" },
  append(300, 5, "流。", { outcome: undefined, ended: undefined }),
  observed(900, "streaming", 5),
  observed(1_200, "timeout", 5),
  shown(1_300, "driver", "Hé! 流", "timeout"),
  shown(1_300, "follower", "Hé! ", "timeout"),
  { kind: "calm", t: 1_400 },
  final({ t: 1_500, status: "timeout", text: "Hé! " }),
];

test("a history that keeps every promise passes", () => {
  expect(check(historyOf(good))).toEqual([]);
});

test("invariant 6: a driver whose server died may keep the tail that it was shown", () => {
  expect(check(historyOf(died))).toEqual([]);
});

test("so may the tabs that share its browser, and no other", () => {
  const kept = died.map((event) =>
    event.t === 1_300 && reader(event) === "follower"
      ? shown(1_300, "follower", "Hé! 流", "timeout")
      : event,
  );
  const inBrowser = (browser: string) => ({
    readers: { driver: { stream: "s", browser: "one" }, follower: { stream: "s", browser } },
  });
  expect(check(historyOf(kept, inBrowser("one")))).toEqual([]);
  expect(broken(historyOf(kept, inBrowser("two")))).toContain("settles");
});

const breaks: readonly [rule: keyof typeof rules, what: string, history: History][] = [
  [
    "never-crashes",
    "a server that ends by itself",
    historyOf([...good, { kind: "crash", t: 9, server: "a", output: "Error" }]),
  ],
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
    "an error that a reader who left was told",
    historyOf([
      ...without("shown", "follower"),
      shown(30, "follower", "Hé! ", "error"),
      { kind: "left", t: 40, reader: "follower" },
    ]),
  ],
  ["settles", "a reader that stays behind", historyOf(good.filter((event) => event.t !== 420))],
  ["settles", "a reader that was told nothing", historyOf(without("shown", "follower"))],
  [
    "settles",
    "a follower that keeps a tail which nobody stored",
    historyOf(
      died.map((event) =>
        event.t === 1_300 && reader(event) === "follower"
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
  [
    "drives-once",
    "a second drive after an answer",
    historyOf([...good, exchange(50, "driver", "drive")]),
  ],
  [
    "drives-once",
    "a second drive that nobody allowed",
    historyOf([exchange(-5, "driver", "drive", { passed: false, fault: "refuse" }), ...good]),
  ],
  [
    "keeps-what-it-confirmed",
    "a confirmed flush that is lost",
    historyOf([...died, append(302, 5, "流。")].map((event) => event)),
  ],
  [
    "keeps-what-it-confirmed",
    "a close that is forgotten",
    historyOf([...without("final"), final({ status: "timeout" })]),
  ],
  ["stores-the-truth", "a stream that is gone", historyOf(without("final"))],
  [
    "stores-the-truth",
    "half a character",
    historyOf([...without("final"), final({ whole: false })]),
  ],
  [
    "stores-the-truth",
    "a text of somebody else",
    historyOf([...without("final"), final({ text: "Hé! 流。 Enx" })]),
  ],
  [
    "stores-the-truth",
    "done with half of the text",
    historyOf([...without("final"), final({ text: "Hé! " })]),
  ],
  [
    "stores-whole-flushes",
    "half a flush",
    historyOf([...died.slice(0, -1), final({ t: 1_500, status: "timeout", text: "Hé! 流" })]),
  ],
  ["stores-whole-flushes", "a flush that overlaps", historyOf([...good, append(350, 4, " ")])],
  [
    "generates-once",
    "two generations",
    historyOf([...good, { kind: "generated", t: 9, server: "b", stream: "s" }]),
  ],
  [
    "terminal-is-final",
    "a stopped stream that gets text",
    historyOf([...good, observed(100, "stopped", 5)]),
  ],
  [
    "terminal-is-final",
    "a producer that writes after it lost its lease",
    historyOf([...died, append(1_250, 5, "流。")]),
  ],
  [
    "terminal-is-final",
    "a timeout that comes back to life",
    historyOf([...good, observed(350, "timeout", 5)]),
  ],
  [
    "writes-under-its-claim",
    "two writers",
    historyOf([...good, append(350, 5, "流", { server: "b" })]),
  ],
  [
    "writes-under-its-claim",
    "two claims",
    historyOf([
      ...good,
      { kind: "claim", t: 9, ended: 10, outcome: "ok", server: "b", stream: "s" },
    ]),
  ],
  [
    "never-stuck",
    "streaming for ever",
    historyOf([...without("final"), final({ status: "streaming" })]),
  ],
  [
    "never-stuck",
    "streaming past the lease",
    historyOf([...died, observed(1_500, "streaming", 5)]),
  ],
  ["never-stuck", "pending past its time", historyOf([...good, observed(2_500, "pending", 0)])],
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
  ["stop-is-kept", "a stop that becomes a timeout", historyOf([...died, stop("streaming")])],
  ["stop-is-kept", "a stop that is answered without a status", historyOf([...good, stop()])],
  [
    "stop-is-kept",
    "a producer that is deaf to stop",
    historyOf([...good, stop("streaming"), append(800, 15, "x")]),
  ],
  [
    "answers-are-final",
    "a reader who is told of an end that is not the stored one",
    historyOf([...good, exchange(50, "follower", "read", { answer: 200, streamStatus: "error" })]),
  ],
  [
    "answers-are-final",
    "a stop that is told of a timeout, and the stream goes on",
    historyOf([...good, stop("timeout")]),
  ],
  [
    "writes-within-its-lease",
    "a flush after the lease, which nobody has looked at meanwhile",
    historyOf([
      ...good.filter((event) => event.t < 400),
      append(1_500, 5, "流。 End", { close: "done" }),
      shown(1_510, "driver", truth, "done"),
      shown(1_520, "follower", truth, "done"),
      final({ t: 1_600 }),
    ]),
  ],
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
];

test.each(breaks)("%s is broken by %s", (rule, _what, history) => {
  expect(broken(history)).toContain(rule);
});

test("every rule has a history that breaks it", () => {
  expect([...new Set(breaks.map(([rule]) => rule))].sort()).toEqual(Object.keys(rules).sort());
});

test("a stop that came when the lease had run out changes nothing", () => {
  const late = exchange(1_195, "driver", "stop", {
    ended: 1_198,
    answer: 204,
    streamStatus: "timeout",
  });
  expect(check(historyOf([...died, late]))).toEqual([]);
});

test("a flush that was under way when the stop was heard of may be tried until the store answers", () => {
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

test("a machine that has no time is no broken promise, and one that has is", () => {
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
  expect(broken(historyOf(slow))).toEqual(["never-stuck"]);
  expect(check(historyOf([...slow, { kind: "lag", t: 1_000, ended: 1_300 }]))).toEqual([]);
});

test("a call that an outage held up may renew the lease when it ends", () => {
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
  expect(broken(historyOf([...held, observed(1_960, "streaming", 5)]))).toContain("never-stuck");
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
  expect(broken(historyOf([...killedLate, observed(1_890, "streaming", 5)]))).toContain(
    "never-stuck",
  );
});

test("a history survives its file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-history-"));
  try {
    const path = join(folder, "history.jsonl");
    await saveHistory(path, historyOf(good));
    expect(await loadHistory(path)).toEqual(historyOf(good));
  } finally {
    await rm(folder, { recursive: true });
  }
});
