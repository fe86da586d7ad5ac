import { readFile, writeFile } from "node:fs/promises";
import type { StreamStatus, TerminalStatus } from "@twinstream/core/protocol";

/** Milliseconds on the machine's monotonic clock, which all processes share and no skew touches. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** One call of a producer to its store. `ended` and `outcome` are missing where the answer never came. */
export interface StoreCall {
  /** When the call began. */
  readonly t: number;
  readonly server: string;
  readonly stream: string;
  readonly ended?: number;
  readonly outcome?: "ok" | "lost" | "gone" | "failed";
}

/** A flush, as the producer asked its store for it. Offsets and lengths are bytes. */
export interface AppendEvent extends StoreCall {
  readonly kind: "append";
  readonly offset: number;
  readonly bytes: number;
  readonly close?: TerminalStatus;
}

/** A proof of life. */
export interface RenewEvent extends StoreCall {
  readonly kind: "renew";
}

/** An attempt to claim: `ok` where it won, `lost` where another had been first. */
export interface ClaimEvent extends StoreCall {
  readonly kind: "claim";
}

/** The application's `generate` was entered. */
export interface GeneratedEvent {
  readonly kind: "generated";
  readonly t: number;
  readonly server: string;
  readonly stream: string;
}

/** What a reader's subscription was told. */
export interface ShownEvent {
  readonly kind: "shown";
  readonly t: number;
  readonly reader: string;
  readonly text: string;
  readonly status: StreamStatus;
}

/** A reader left of its own accord: nothing more is expected of it. */
export interface LeftEvent {
  readonly kind: "left";
  readonly t: number;
  readonly reader: string;
}

/** One request of a reader, as the proxy on its way saw it. */
export interface ExchangeEvent {
  readonly kind: "exchange";
  readonly t: number;
  readonly reader: string;
  readonly action: "drive" | "read" | "stop";
  /** Whether it got as far as a server. */
  readonly passed: boolean;
  /** The fault that the proxy put in its way. */
  readonly fault?: string;
  /** When the answer's head was handed on to the reader; missing where it never was. */
  readonly ended?: number;
  readonly answer?: number;
  readonly streamStatus?: string;
}

/** What was stored at a moment, read from the store itself, past all faults. */
export interface ObservedEvent {
  readonly kind: "observed";
  /** When the read began, and when it ended. */
  readonly t: number;
  readonly ended: number;
  readonly stream: string;
  readonly status: StreamStatus;
  readonly length: number;
}

/** The harness wanted to go on at `t`, and could only at `ended`: the machine had no time for it. */
export interface LagEvent {
  readonly kind: "lag";
  readonly t: number;
  readonly ended: number;
}

/** Something that the schedule did. `store-down` and `store-up` enclose an outage of the store. */
export interface FaultEvent {
  readonly kind: "fault";
  readonly t: number;
  readonly what: "kill" | "start" | "pause" | "resume" | "store-down" | "store-up";
  readonly server?: string;
}

/** A server ended by itself: that must never happen. */
export interface CrashEvent {
  readonly kind: "crash";
  readonly t: number;
  readonly server: string;
  /** Its last words. */
  readonly output: string;
}

/** A stream was created, between `t` and `ended`. */
export interface CreatedEvent {
  readonly kind: "created";
  readonly t: number;
  readonly ended: number;
  readonly stream: string;
}

/** From here on nothing goes wrong any more. */
export interface CalmEvent {
  readonly kind: "calm";
  readonly t: number;
}

/** What is stored in the end. */
export interface FinalEvent {
  readonly kind: "final";
  readonly t: number;
  readonly stream: string;
  readonly status: StreamStatus;
  readonly text: string;
  /** Whether the stored bytes are whole UTF-8 characters. */
  readonly whole: boolean;
}

export type HistoryEvent =
  | AppendEvent
  | RenewEvent
  | ClaimEvent
  | GeneratedEvent
  | ShownEvent
  | LeftEvent
  | ExchangeEvent
  | ObservedEvent
  | CreatedEvent
  | LagEvent
  | FaultEvent
  | CrashEvent
  | CalmEvent
  | FinalEvent;

/** Who reads what. Readers in one `browser` share what they are shown. */
export interface ReaderInfo {
  readonly stream: string;
  readonly browser?: string;
}

/** Everything that is known about one run. */
export interface History {
  readonly seed: number;
  readonly store: string;
  readonly leaseMs: number;
  /** How long an unclaimed stream stays pending. */
  readonly pendingMs: number;
  /** The text that each stream's generation makes when nothing stops it. */
  readonly streams: Readonly<Record<string, { readonly text: string }>>;
  readonly readers: Readonly<Record<string, ReaderInfo>>;
  /** What was to happen, where the history comes from a schedule. */
  readonly schedule?: unknown;
  /** In the order of `t`. */
  readonly events: readonly HistoryEvent[];
}

/** The events of one kind. */
export function eventsOf<Kind extends HistoryEvent["kind"]>(
  history: History,
  kind: Kind,
): Extract<HistoryEvent, { kind: Kind }>[] {
  return history.events.filter(
    (event): event is Extract<HistoryEvent, { kind: Kind }> => event.kind === kind,
  );
}

/** Items by their key, in their order. */
export function groupBy<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** Writes a history as lines of JSON: its head, then an event a line. */
export async function saveHistory(path: string, history: History): Promise<void> {
  const { events, ...head } = history;
  const lines = [head, ...events].map((line) => JSON.stringify(line));
  await writeFile(path, `${lines.join("\n")}\n`);
}

/** Reads what `saveHistory` wrote. */
export async function loadHistory(path: string): Promise<History> {
  const [head, ...events] = (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { ...head, events };
}
