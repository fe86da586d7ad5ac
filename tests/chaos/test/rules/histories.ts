// Hand-made histories of two readers of one stream: one that keeps every promise, one whose server
// died, and functions that change them.
import { expect, test } from "vitest";
import type { History, HistoryEvent } from "../../src/lib/history/history.ts";
import { check } from "../../src/lib/rules/checker.ts";
import type { Rule } from "../../src/lib/rules/rule.ts";

/** The text that the stream's generation makes. */
export const truth = "Hé! 流。 End";

export const append = (
  t: number,
  offset: number,
  text: string,
  more: object = {},
): HistoryEvent => ({
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

export const shown = (
  t: number,
  reader: string,
  text: string,
  status = "streaming",
): HistoryEvent => ({ kind: "shown", t, reader, text, status }) as HistoryEvent;

export const observed = (t: number, status: string, length: number): HistoryEvent =>
  ({ kind: "observed", t, ended: t + 1, stream: "s", status, length }) as HistoryEvent;

export const exchange = (
  t: number,
  reader: string,
  action: string,
  more: object = {},
): HistoryEvent => ({ kind: "exchange", t, reader, action, passed: true, ...more }) as HistoryEvent;

/** A driver and a follower of one stream, which two flushes bring to `done`. */
export const good: HistoryEvent[] = [
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

/** Makes a history of these events, in the order of their time. */
export const historyOf = (
  events: readonly HistoryEvent[],
  more: Partial<History> = {},
): History => ({
  seed: 1,
  store: "memory",
  leaseMs: 1_000,
  pendingMs: 2_000,
  streams: { s: { text: truth } },
  readers: { driver: { stream: "s" }, follower: { stream: "s" } },
  events: events.toSorted((a, b) => a.t - b.t),
  ...more,
});

/** Returns the rules that a history breaks. */
export const brokenBy = (history: History) =>
  [...new Set(check(history).map(({ rule }) => rule))].sort();

/** Returns the good history without the events of a kind: all of them, or those of the named readers. */
export const without = (kind: string, ...names: string[]) =>
  good.filter(
    (event) => event.kind !== kind || (names.length > 0 && !names.includes(readerOf(event))),
  );

/** Returns the reader of an event; empty if it has none. */
export const readerOf = (event: HistoryEvent) => ("reader" in event ? event.reader : "");

/** Makes the driver's stop and the status of its answer. */
export const stop = (streamStatus?: string): HistoryEvent =>
  exchange(100, "driver", "stop", { ended: 101, answer: 204, streamStatus });

/** Returns the good history's end with other fields. */
export const final = (more: object): HistoryEvent =>
  ({ ...good.find((event) => event.kind === "final"), ...more }) as HistoryEvent;

/** A server died after its first flush. The driver keeps the tail; the status is the stored one. */
export const died: HistoryEvent[] = [
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

/** Declares tests: each history breaks its rule, and each rule of the group has a history that breaks it. */
export function breakEach(
  rules: Readonly<Record<string, Rule>>,
  breaks: readonly [rule: string, what: string, history: History][],
): void {
  test.each(breaks)("%s is broken by %s", (rule, _what, history) => {
    expect(brokenBy(history)).toContain(rule);
  });

  test("every rule has a history that breaks it", () => {
    expect([...new Set(breaks.map(([rule]) => rule))].sort()).toEqual(Object.keys(rules).sort());
  });
}
