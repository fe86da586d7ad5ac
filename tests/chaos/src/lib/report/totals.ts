import { isTerminal } from "@twinstream/core/protocol";
import { eventsOf, type History } from "../history/history.ts";

/** What happened in some runs, in figures. */
export interface Tally {
  readonly streams: number;
  readonly readers: number;
  /** Requests of readers, and how many of them a fault hit. */
  readonly requests: number;
  readonly faults: number;
  /** Answers whose server was killed while they were being generated. */
  readonly killed: number;
  /** Bytes that the stores confirmed, and of those the ones that are not there in the end. */
  readonly confirmed: number;
  readonly lost: number;
  /** Streams that are not terminal in the end. */
  readonly stuck: number;
  /** Streams whose stored bytes are no whole characters. */
  readonly halves: number;
}

export const emptyTally: Tally = {
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

/** The sum of two tallies. */
export function sum(a: Tally, b: Tally): Tally {
  return Object.fromEntries(
    Object.entries(a).map(([key, value]) => [key, value + b[key as keyof Tally]]),
  ) as unknown as Tally;
}

/** Counts one run. */
export function tally(history: History): Tally {
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

/** Generations that were begun on a server and not closed when it was killed. */
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
