import { isTerminal } from "@twinstream/core/protocol";
import { eventsOf, groupBy, type History, type ShownEvent } from "../history/history.ts";
import { broken, type Rule } from "./rule.ts";

interface Reader {
  readonly name: string;
  readonly stream: string;
  /** Whether its text came from a driven response: its own, or that of a tab in its browser. */
  readonly fed: boolean;
  readonly left: boolean;
  readonly shown: readonly ShownEvent[];
}

function readersOf(history: History): Reader[] {
  const shown = groupBy(eventsOf(history, "shown"), (event) => event.reader);
  const left = new Set(eventsOf(history, "left").map((event) => event.reader));
  const driven = new Set(
    eventsOf(history, "exchange")
      .filter((event) => event.action === "drive" && event.answer === 200)
      .flatMap(({ reader }) => [reader, history.readers[reader]?.browser ?? reader]),
  );
  return Object.entries(history.readers).map(([name, { stream, browser }]) => ({
    name,
    stream,
    fed: driven.has(name) || driven.has(browser ?? name),
    left: left.has(name),
    shown: shown.get(name) ?? [],
  }));
}

/** A reader's text is a prefix of each of its later texts (invariant 1). */
const onlyGrows: Rule = function* (history) {
  for (const reader of readersOf(history)) {
    let last = "";
    for (const event of reader.shown) {
      if (!event.text.startsWith(last)) {
        yield broken(
          "only-grows",
          reader.name,
          `${quote(last)} became ${quote(event.text)}`,
          event.t,
        );
      }
      last = event.text;
    }
  }
};

/** A reader's text is a prefix of the true text (invariant 2). */
const showsTheTruth: Rule = function* (history) {
  for (const reader of readersOf(history)) {
    const truth = history.streams[reader.stream]!.text;
    for (const event of reader.shown) {
      if (truth.startsWith(event.text)) continue;
      yield broken("shows-the-truth", reader.name, differs(truth, event.text), event.t);
      break;
    }
  }
};

/** A reader's terminal status is the stored status, and its last one (invariant 3). */
const statusHasEvidence: Rule = function* (history) {
  const finals = new Map(eventsOf(history, "final").map((event) => [event.stream, event]));
  for (const reader of readersOf(history)) {
    let terminal: ShownEvent | undefined;
    for (const event of reader.shown) {
      if (terminal && (event.status !== terminal.status || event.text !== terminal.text)) {
        yield broken(
          "status-has-evidence",
          reader.name,
          `got more after ${terminal.status}: ${event.status}, ${quote(event.text)}`,
          event.t,
        );
      }
      if (!isTerminal(event.status)) continue;
      terminal ??= event;
      const final = finals.get(reader.stream);
      if (final && final.status !== event.status) {
        yield broken(
          "status-has-evidence",
          reader.name,
          `got ${event.status}, but ${final.status} is stored`,
          event.t,
        );
      }
    }
  }
};

/**
 * When the faults have ended, every reader has the stored body and status (invariant 6). If no server
 * lived to close the stream, the readers of its driven response may keep a longer tail.
 */
const settles: Rule = function* (history) {
  const finals = new Map(eventsOf(history, "final").map((event) => [event.stream, event]));
  const closed = new Set(
    eventsOf(history, "append")
      .filter((event) => event.close && event.outcome === "ok")
      .map((event) => event.stream),
  );
  for (const reader of readersOf(history)) {
    const final = finals.get(reader.stream);
    if (reader.left || !final) continue;
    const last = reader.shown.at(-1);
    if (!last) {
      yield broken("settles", reader.name, "never got a body");
      continue;
    }
    const mayBeLonger = reader.fed && !closed.has(reader.stream);
    const text = mayBeLonger ? last.text.startsWith(final.text) : last.text === final.text;
    if (!text) yield broken("settles", reader.name, `stored: ${differs(final.text, last.text)}`);
    if (last.status !== final.status) {
      yield broken("settles", reader.name, `shows ${last.status}, stored is ${final.status}`);
    }
  }
};

/** A follower's text was passed to the store before (invariant 7). */
const persistedFirst: Rule = function* (history) {
  const appends = groupBy(eventsOf(history, "append"), (event) => event.stream);
  for (const reader of readersOf(history)) {
    if (reader.fed) continue;
    for (const event of reader.shown) {
      const length = Buffer.byteLength(event.text);
      const stored = Math.max(
        0,
        ...(appends.get(reader.stream) ?? [])
          .filter((append) => append.t <= event.t)
          .map((append) => append.offset + append.bytes),
      );
      if (length <= stored) continue;
      yield broken(
        "persisted-first",
        reader.name,
        `was shown ${length} bytes when at most ${stored} were stored`,
        event.t,
      );
      break;
    }
  }
};

export const readerRules: Readonly<Record<string, Rule>> = {
  "only-grows": onlyGrows,
  "shows-the-truth": showsTheTruth,
  "status-has-evidence": statusHasEvidence,
  settles,
  "persisted-first": persistedFirst,
};

function quote(text: string): string {
  return text.length <= 60 ? JSON.stringify(text) : `${JSON.stringify(text.slice(-60))} (its end)`;
}

function differs(expected: string, got: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 10), at + 30));
  return `from unit ${at} on, expected ${around(expected)}, got ${around(got)} (${expected.length} and ${got.length} units)`;
}
