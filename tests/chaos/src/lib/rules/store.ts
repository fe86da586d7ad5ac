import { isTerminal } from "@twinstream/core/protocol";
import { eventsOf, groupBy } from "../history/history.ts";
import { broken, type Rule } from "./rule.ts";
import { end, isOk, mayBeDone, storedOf } from "./stored.ts";

/** The store keeps every flush that it confirmed (invariant 7). */
const keepsWhatItConfirmed: Rule = function* (history) {
  for (const { stream, final, appends } of storedOf(history)) {
    const confirmed = Math.max(0, ...appends.filter(isOk).map(end));
    const length = Buffer.byteLength(final?.text ?? "");
    if (length < confirmed) {
      yield broken(
        "keeps-what-it-confirmed",
        stream,
        `${confirmed} bytes were confirmed, ${length} are stored`,
      );
    }
    const close = appends.find((append) => append.close && isOk(append));
    if (close && final?.status !== close.close) {
      yield broken(
        "keeps-what-it-confirmed",
        stream,
        `was closed as ${close.close}, and is ${final?.status}`,
      );
    }
  }
};

/** The stored text is a prefix of the true text, all of it if `done`, and no character is cut (invariant 7). */
const storesTheTruth: Rule = function* (history) {
  for (const { stream, truth, final } of storedOf(history)) {
    if (!final) {
      yield broken("stores-the-truth", stream, "is gone");
      continue;
    }
    if (!final.whole) yield broken("stores-the-truth", stream, "half a character is stored");
    if (!truth.startsWith(final.text)) {
      yield broken("stores-the-truth", stream, "the stored text is not what was generated");
    }
    if (final.status === "done" && final.text !== truth) {
      yield broken(
        "stores-the-truth",
        stream,
        `is done with ${final.text.length} of ${truth.length} units`,
      );
    }
  }
};

/** Flushes follow each other without gap or overlap, and the text ends at the end of a flush. */
const storesWholeFlushes: Rule = function* (history) {
  for (const { stream, final, appends } of storedOf(history)) {
    const ends = new Set([0, ...appends.filter(mayBeDone).map(end)]);
    for (const append of appends.filter(isOk)) {
      if (ends.has(append.offset)) continue;
      yield broken(
        "stores-whole-flushes",
        stream,
        `a flush at ${append.offset} continues none`,
        append.t,
      );
    }
    const length = Buffer.byteLength(final?.text ?? "");
    if (!ends.has(length)) {
      yield broken("stores-whole-flushes", stream, `the text ends at ${length}, inside a flush`);
    }
  }
};

/** The generation runs once, however many drivers ask for it (invariant 4). */
const generatesOnce: Rule = function* (history) {
  const generated = groupBy(eventsOf(history, "generated"), (event) => event.stream);
  for (const [stream, runs] of generated) {
    if (runs.length === 1) continue;
    const servers = runs.map((run) => run.server).join(", ");
    yield broken("generates-once", stream, `${runs.length} generations, on ${servers}`);
  }
};

/** A terminal status is final, and so is its text. */
const terminalIsFinal: Rule = function* (history) {
  for (const { stream, final, observed, appends } of storedOf(history)) {
    const terminal = observed.find((event) => isTerminal(event.status));
    if (!terminal) continue;
    const later = observed.filter((event) => event.t > terminal.ended);
    const states = [
      ...later.map(({ status, length, t }) => ({ status, length, t })),
      ...(final
        ? [{ status: final.status, length: Buffer.byteLength(final.text), t: final.t }]
        : []),
    ];
    const changed = states.find(
      (state) => state.status !== terminal.status || state.length !== terminal.length,
    );
    if (changed) {
      yield broken(
        "terminal-is-final",
        stream,
        `was ${terminal.status} with ${terminal.length} bytes, then ${changed.status} with ${changed.length}`,
        changed.t,
      );
    }
    const written = appends.find(
      (append) => isOk(append) && append.t > terminal.ended && end(append) > terminal.length,
    );
    if (written) {
      yield broken(
        "terminal-is-final",
        stream,
        `${written.server} wrote after ${terminal.status} was seen`,
        written.t,
      );
    }
  }
};

/** A stream has one writer: after a claim the store accepts no other producer's flush. */
const writesUnderItsClaim: Rule = function* (history) {
  const claims = groupBy(eventsOf(history, "claim"), (event) => event.stream);
  for (const { stream, appends } of storedOf(history)) {
    const claimed = (claims.get(stream) ?? []).filter((claim) => claim.outcome === "ok");
    if (claimed.length > 1) {
      yield broken("writes-under-its-claim", stream, `was claimed ${claimed.length} times`);
    }
    const writers = new Set(appends.filter(isOk).map((append) => append.server));
    if (writers.size > 1) {
      yield broken("writes-under-its-claim", stream, `written by ${[...writers].join(", ")}`);
    }
  }
};

/** No server ends by itself. */
const neverCrashes: Rule = function* (history) {
  for (const { server, output, t } of eventsOf(history, "crash")) {
    yield broken("never-crashes", server, output, t);
  }
};

export const storeRules: Readonly<Record<string, Rule>> = {
  "keeps-what-it-confirmed": keepsWhatItConfirmed,
  "stores-the-truth": storesTheTruth,
  "stores-whole-flushes": storesWholeFlushes,
  "generates-once": generatesOnce,
  "terminal-is-final": terminalIsFinal,
  "writes-under-its-claim": writesUnderItsClaim,
  "never-crashes": neverCrashes,
};
