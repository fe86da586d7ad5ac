import { isTerminal, type StreamStatus } from "@twinstream/core/protocol";
import { eventsOf, groupBy } from "../history/history.ts";
import { broken, IDLE_TIMEOUT_MS, type Rule, SLACK } from "./rule.ts";
import { callsOf, isOk, storedOf } from "./stored.ts";

/**
 * Whether an answer came when its client had given the request up for certain: a refusal comes in one
 * piece, so until then there was not a byte. The client looks for silence in steps of a 15th.
 */
const isGivenUp = ({ answer, t, ended }: { answer?: number; t: number; ended?: number }) =>
  answer === 409 && ended! - t > (IDLE_TIMEOUT_MS * 16) / 15 + SLACK;

/**
 * A client drives once. It drives again only if the drive failed and a server has since answered that the
 * stream is still pending (invariant 5).
 */
const drivesOnce: Rule = function* (history) {
  const exchanges = groupBy(eventsOf(history, "exchange"), (event) => event.reader);
  for (const [reader, all] of exchanges) {
    const drives = all.filter((event) => event.action === "drive");
    for (const [index, drive] of drives.entries()) {
      const before = drives[index - 1];
      if (!before) continue;
      // The client ignores an answer that comes after it has given up the request.
      const heard = before.ended! < drive.t && !isGivenUp(before);
      const answered = heard && (before.answer === 200 || before.answer === 409);
      if (answered && before.streamStatus !== "pending") {
        yield broken(
          "drives-once",
          reader,
          `drove again after an answer of ${before.answer}`,
          drive.t,
        );
        continue;
      }
      const pending = all.some(
        (event) =>
          event.streamStatus === "pending" && event.ended! > before.t && event.ended! <= drive.t,
      );
      if (!pending) {
        yield broken("drives-once", reader, "drove again, and nobody said pending", drive.t);
      }
    }
  }
};

/** A terminal status in a server's answer is the final one (invariant 3). */
const answersAreFinal: Rule = function* (history) {
  const finals = new Map(eventsOf(history, "final").map((event) => [event.stream, event]));
  for (const { reader, action, answer, streamStatus, t } of eventsOf(history, "exchange")) {
    const final = finals.get(history.readers[reader]?.stream ?? "");
    if (!final || !streamStatus || !isTerminal(streamStatus as StreamStatus)) continue;
    if (streamStatus === final.status) continue;
    yield broken(
      "answers-are-final",
      reader,
      `its ${action} was answered ${answer} with ${streamStatus}, and ${final.status} is stored`,
      t,
    );
  }
};

/**
 * A stop that a server confirmed for an open stream is kept: the stream does not time out, and a producer
 * that knows of the stop writes its tail and no more.
 */
const stopIsKept: Rule = function* (history) {
  const stops = eventsOf(history, "exchange").filter(
    (event) => event.action === "stop" && event.answer !== undefined && event.answer < 300,
  );
  for (const { stream, final, appends } of storedOf(history)) {
    for (const stop of stops) {
      if (history.readers[stop.reader]?.stream !== stream) continue;
      if (stop.streamStatus === undefined) {
        yield broken("stop-is-kept", stream, "was answered without a status", stop.t);
        continue;
      }
      // A stop of an ended stream changes nothing: its status stays.
      if (isTerminal(stop.streamStatus as StreamStatus) && stop.streamStatus !== "stopped")
        continue;
      if (final?.status === "timeout") {
        yield broken("stop-is-kept", stream, "was stopped, and timed out", stop.t);
      }
      const heard = Math.min(
        ...callsOf(history, stream)
          .filter((call) => isOk(call) && call.t > stop.ended!)
          .map((call) => call.ended!),
      );
      const deaf = appends.find(
        (append) =>
          isOk(append) &&
          !append.close &&
          append.t > heard + SLACK &&
          // A flush that began before is tried again until the store answers.
          !appends.some((before) => before.offset === append.offset && before.t <= heard),
      );
      if (deaf)
        yield broken("stop-is-kept", stream, "continued to write after it was stopped", deaf.t);
    }
  }
};

export const requestRules: Readonly<Record<string, Rule>> = {
  "drives-once": drivesOnce,
  "answers-are-final": answersAreFinal,
  "stop-is-kept": stopIsKept,
};
