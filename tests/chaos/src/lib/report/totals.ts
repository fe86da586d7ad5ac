import { isTerminal } from "@twinstream/core/protocol";
import { eventsOf, type History } from "../history/history.ts";

/** The figures of one run or of many. */
export interface Totals {
  readonly streams: number;
  readonly readers: number;
  /** Requests of readers, and how many of them had a fault. */
  readonly requests: number;
  readonly faults: number;
  /** Answers whose server was killed while it generated them. */
  readonly killed: number;
  /** Bytes that the stores confirmed, and how many of them are missing at the end. */
  readonly confirmed: number;
  readonly lost: number;
  /** Streams that are not terminal at the end. */
  readonly stuck: number;
  /** Streams whose stored bytes end within a character. */
  readonly halves: number;
}

export const noTotals: Totals = {
  streams: 0,
  readers: 0,
  requests: 0,
  faults: 0,
  killed: 0,
  confirmed: 0,
  lost: 0,
  stuck: 0,
  halves: 0,
};

/** Adds two totals. */
export function addTotals(a: Totals, b: Totals): Totals {
  return Object.fromEntries(
    Object.entries(a).map(([key, value]) => [key, value + b[key as keyof Totals]]),
  ) as unknown as Totals;
}

/** Counts the figures of one run. */
export function totalsOf(history: History): Totals {
  const finals = new Map(eventsOf(history, "final").map((event) => [event.stream, event]));
  const exchanges = eventsOf(history, "exchange");
  let confirmed = 0;
  let lost = 0;
  for (const stream of Object.keys(history.streams)) {
    const ends = eventsOf(history, "append")
      .filter((event) => event.stream === stream && event.outcome === "ok")
      .map((event) => event.offset + event.bytes);
    const high = Math.max(0, ...ends);
    confirmed += high;
    lost += Math.max(0, high - Buffer.byteLength(finals.get(stream)?.text ?? ""));
  }
  const final = [...finals.values()];
  return {
    streams: Object.keys(history.streams).length,
    readers: Object.keys(history.readers).length,
    requests: exchanges.length,
    faults: exchanges.filter((event) => event.fault && event.fault !== "none").length,
    killed: countKilled(history),
    confirmed,
    lost,
    stuck: final.filter((event) => !isTerminal(event.status)).length,
    halves: final.filter((event) => !event.whole).length,
  };
}

/** Counts the generations that a server had begun and not closed when it was killed. */
function countKilled(history: History): number {
  const closed = new Map(
    eventsOf(history, "append")
      .filter((event) => event.close && event.ended !== undefined)
      .map((event) => [event.stream, event.ended!]),
  );
  const kills = eventsOf(history, "fault").filter((event) => event.what === "kill");
  return eventsOf(history, "generated").filter((run) =>
    kills.some(
      (kill) =>
        kill.server === run.server &&
        kill.t > run.t &&
        kill.t < (closed.get(run.stream) ?? Number.POSITIVE_INFINITY),
    ),
  ).length;
}
