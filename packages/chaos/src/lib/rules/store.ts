import { isTerminal } from "@twinstream/core/protocol";
import type { Rule, Violation } from "./checker.ts";
import {
  type AppendEvent,
  eventsOf,
  type FinalEvent,
  groupBy,
  type History,
  type ObservedEvent,
  type StoreCall,
} from "./history.ts";

/** By how much the store's clock and ours may differ over a run, and a producer may react late, in ms. */
const SLACK = 150;

interface Stored {
  readonly stream: string;
  readonly truth: string;
  readonly final: FinalEvent | undefined;
  readonly appends: readonly AppendEvent[];
  readonly observed: readonly ObservedEvent[];
}

function storedOf(history: History): Stored[] {
  const finals = new Map(eventsOf(history, "final").map((event) => [event.stream, event]));
  const appends = groupBy(eventsOf(history, "append"), (event) => event.stream);
  const observed = groupBy(eventsOf(history, "observed"), (event) => event.stream);
  return Object.entries(history.streams).map(([stream, { text }]) => ({
    stream,
    truth: text,
    final: finals.get(stream),
    appends: appends.get(stream) ?? [],
    observed: observed.get(stream) ?? [],
  }));
}

const end = (append: AppendEvent) => append.offset + append.bytes;
const isOk = (append: AppendEvent) => append.outcome === "ok";
/** Carried out, or possibly so: its answer was lost. */
const mayBeDone = (append: AppendEvent) =>
  append.outcome === undefined || append.outcome === "ok" || append.outcome === "failed";

/** Every flush that the store confirmed is there (invariant 7). */
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

/** The stored text begins the true one; `done` is the whole of it; no character is cut (invariant 7). */
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

/** Flushes follow each other without gap or overlap, and the text ends where one of them did. */
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

/** However many ask, the generation runs once (invariant 4). */
const generatesOnce: Rule = function* (history) {
  const generated = groupBy(eventsOf(history, "generated"), (event) => event.stream);
  for (const [stream, runs] of generated) {
    if (runs.length === 1) continue;
    const servers = runs.map((run) => run.server).join(", ");
    yield broken("generates-once", stream, `${runs.length} generations, on ${servers}`);
  }
};

/** A terminal status is final, and so is the text then: stopped, timed out or done. */
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

/** One writer: after a claim no other producer's flush is taken. */
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
      // One that was under way when the store was read may have been carried out just then.
      const last = Math.max(
        ...(event.status === "pending" ? created : [...created, ...signs])
          .filter((sign) => sign.t <= event.ended)
          .map((sign) => Math.min(sign.ended, event.t)),
      );
      if (event.t - last <= span + SLACK) continue;
      const silence = Math.round(event.t - last);
      yield broken(
        "never-stuck",
        stream,
        `is ${event.status} ${silence} ms after its last sign of life`,
        event.t,
      );
      break;
    }
  }
};

/** The calls by which a stream's producer may have renewed its lease, and until when each may have come. */
function signsOfLife(history: History, stream: string): { t: number; ended: number }[] {
  const faults = eventsOf(history, "fault");
  return callsOf(history, stream).flatMap((call) => {
    const sign = { t: call.t, ended: call.ended ?? call.t };
    if (call.outcome === "lost" || call.outcome === "gone") return [];
    if (call.outcome === "ok") return [sign];
    // Without an answer it may have been carried out at any time until its server was killed, or
    // until the outage ended that held it up.
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

function callsOf(history: History, stream: string): StoreCall[] {
  return [
    ...eventsOf(history, "append"),
    ...eventsOf(history, "renew"),
    ...eventsOf(history, "claim"),
  ].filter((call) => call.stream === stream);
}

/** A stop that was confirmed is kept, and a producer that has heard of it writes its tail and no more. */
const stopIsKept: Rule = function* (history) {
  const stops = eventsOf(history, "exchange").filter(
    (event) => event.action === "stop" && event.answer !== undefined && event.answer < 300,
  );
  for (const { stream, final, appends, observed } of storedOf(history)) {
    const stop = stops.find((event) => history.readers[event.reader]?.stream === stream);
    if (!stop) continue;
    const before = observed.some((event) => isTerminal(event.status) && event.t < stop.ended!);
    if (final?.status === "timeout" && !before) {
      yield broken("stop-is-kept", stream, "was stopped, and timed out", stop.t);
    }
    const heard = Math.min(
      ...callsOf(history, stream)
        .filter((call) => call.outcome === "ok" && call.t > stop.ended!)
        .map((call) => call.ended!),
    );
    const deaf = appends.find(
      (append) => isOk(append) && !append.close && append.t > heard + SLACK,
    );
    if (deaf) yield broken("stop-is-kept", stream, "wrote on after it was stopped", deaf.t);
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
  "never-stuck": neverStuck,
  "stop-is-kept": stopIsKept,
  "never-crashes": neverCrashes,
};

function broken(rule: string, about: string, message: string, t?: number): Violation {
  return { rule, about, message, ...(t === undefined ? {} : { t }) };
}
