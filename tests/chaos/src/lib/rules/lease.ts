import { isTerminal } from "@twinstream/core/protocol";
import { eventsOf, type History } from "../history/history.ts";
import { broken, type Rule, SLACK } from "./rule.ts";
import { callsOf, end, isOk, mayBeDone, storedOf } from "./stored.ts";

/** No stream is non-terminal past its lease, or pending past its time. */
const neverStuck: Rule = function* (history) {
  for (const { stream, final, observed } of storedOf(history)) {
    if (final && !isTerminal(final.status)) {
      yield broken("never-stuck", stream, `is ${final.status} in the end`, final.t);
    }
    const created = eventsOf(history, "created").filter((event) => event.stream === stream);
    const signs = signsOfLife(history, stream);
    for (const event of observed) {
      if (isTerminal(event.status)) continue;
      const span = event.status === "pending" ? history.pendingMs : history.leaseMs;
      // A call that was under way when the store was read may have been carried out just then.
      const last = Math.max(
        ...(event.status === "pending" ? created : [...created, ...signs])
          .filter((sign) => sign.t <= event.ended)
          .map((sign) => Math.min(sign.ended, event.t)),
      );
      const silence = event.t - last;
      if (silence <= span + SLACK + lagOf(history, last, event.ended)) continue;
      yield broken(
        "never-stuck",
        stream,
        `is ${event.status} ${Math.round(silence)} ms after its last sign of life`,
        event.t,
      );
      break;
    }
  }
};

/** A stream times out when its lease, or its time to be claimed, has expired, and not before. */
const livesOutItsLease: Rule = function* (history) {
  for (const { stream, observed, appends } of storedOf(history)) {
    const over = observed.find((event) => event.status === "timeout");
    if (!over || appends.some((call) => call.close === "timeout" && mayBeDone(call))) continue;
    const calls = callsOf(history, stream);
    const claimed = calls.some((call) => call.kind === "claim" && mayBeDone(call));
    // Each grant lasts at least from the moment when it was requested.
    const granted = claimed
      ? calls
          .filter((call) => isOk(call) && call.ended! <= over.t)
          .map(({ t }) => t + history.leaseMs)
      : eventsOf(history, "created")
          .filter((event) => event.stream === stream)
          .map(({ t }) => t + history.pendingMs);
    const until = Math.max(...granted);
    if (over.ended >= until - SLACK) continue;
    yield broken(
      "lives-out-its-lease",
      stream,
      `timed out ${Math.round(until - over.ended)} ms before its time`,
      over.t,
    );
  }
};

/** A producer whose lease has expired writes and renews nothing, even if nobody has read the expired lease. */
const writesWithinItsLease: Rule = function* (history) {
  for (const { stream } of storedOf(history)) {
    const calls = callsOf(history, stream).filter((call) => call.kind !== "claim");
    const signs = signsOfLife(history, stream);
    for (const call of calls.filter(isOk)) {
      const last = Math.max(
        ...signs.filter((sign) => sign.t < call.t).map((sign) => Math.min(sign.ended, call.t)),
      );
      const silence = call.t - last;
      if (silence <= history.leaseMs + SLACK + lagOf(history, last, call.t)) continue;
      // The store confirms an append that it carried out before, at any later time.
      const before = calls.some(
        (other) =>
          other.kind === "append" &&
          call.kind === "append" &&
          other.t < call.t &&
          mayBeDone(other) &&
          end(other) === end(call),
      );
      if (before) continue;
      yield broken(
        "writes-within-its-lease",
        stream,
        `${call.server}'s ${call.kind} was taken ${Math.round(silence)} ms after its last sign of life`,
        call.t,
      );
    }
  }
};

/** Returns the calls by which a stream's producer may have renewed its lease, and the latest time of each. */
function signsOfLife(history: History, stream: string): { t: number; ended: number }[] {
  const faults = eventsOf(history, "fault");
  return callsOf(history, stream).flatMap((call) => {
    const sign = { t: call.t, ended: call.ended ?? call.t };
    if (call.outcome === "lost" || call.outcome === "gone") return [];
    if (call.outcome === "ok") return [sign];
    // A call without an answer may have been carried out at any time until its server was killed, or
    // until the end of the outage that delayed it.
    const held = faults
      .filter((event) => event.t >= call.t)
      .filter(
        ({ what, server }) => what === "store-up" || (what === "kill" && server === call.server),
      );
    const outage = held.find((event) => event.what === "store-up");
    const kill = call.outcome === undefined && held.find((event) => event.what === "kill");
    return [{ t: call.t, ended: Math.max(sign.ended, outage?.t ?? 0, kill ? kill.t : 0) }];
  });
}

/**
 * Returns by how many ms the machine was late meanwhile: the longest delay of the harness, or of its own
 * read of the store. On a quiet machine it is almost nothing.
 */
function lagOf(history: History, from: number, to: number): number {
  let longest = 0;
  for (const event of history.events) {
    if (event.kind !== "lag" && event.kind !== "observed") continue;
    if (event.ended < from || event.t > to) continue;
    longest = Math.max(longest, event.ended - event.t);
  }
  return longest;
}

export const leaseRules: Readonly<Record<string, Rule>> = {
  "never-stuck": neverStuck,
  "lives-out-its-lease": livesOutItsLease,
  "writes-within-its-lease": writesWithinItsLease,
};
