import { readFile, writeFile } from "node:fs/promises";
import type { StreamStatus, TerminalStatus } from "@twinstream/core/protocol";

/** Returns the machine's monotonic clock in ms. All processes share it, and no skew changes it. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** One call of a producer to its store. `ended` and `outcome` are missing if the answer never came. */
export interface StoreCall {
  /** When the call began. */
  readonly t: number;
  readonly server: string;
  readonly stream: string;
  readonly ended?: number;
  readonly outcome?: "ok" | "lost" | "gone" | "failed";
}

/** A flush that the producer requested from its store. Offsets and lengths are bytes. */
export interface AppendEvent extends StoreCall {
  readonly kind: "append";
  readonly offset: number;
  readonly bytes: number;
  readonly close?: TerminalStatus;
}

/** A renewal of the lease. */
export interface RenewEvent extends StoreCall {
  readonly kind: "renew";
}

/** An attempt to claim: `ok` if it won, `lost` if another server was first. */
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

/** A body that a reader's subscription got. */
export interface ShownEvent {
  readonly kind: "shown";
  readonly t: number;
  readonly reader: string;
  readonly text: string;
  readonly status: StreamStatus;
}

/** A reader left by choice: nothing more is expected of it. */
export interface LeftEvent {
  readonly kind: "left";
  readonly t: number;
  readonly reader: string;
}

/** One request of a reader, as the proxy saw it. */
export interface ExchangeEvent {
  readonly kind: "exchange";
  readonly t: number;
  readonly reader: string;
  readonly action: "drive" | "read" | "stop";
  /** Whether it reached a server. */
  readonly passed: boolean;
  /** The fault that the proxy applied. */
  readonly fault?: string;
  /** When the answer's head was sent to the reader; missing if it never was. */
  readonly ended?: number;
  readonly answer?: number;
  readonly streamStatus?: string;
}

/** The stored state at a moment, read from the store without any fault. */
export interface ObservedEvent {
  readonly kind: "observed";
  /** When the read began, and when it ended. */
  readonly t: number;
  readonly ended: number;
  readonly stream: string;
  readonly status: StreamStatus;
  readonly length: number;
}

/** The harness was due at `t` and ran only at `ended`: the machine was busy. */
export interface LagEvent {
  readonly kind: "lag";
  readonly t: number;
  readonly ended: number;
}

/** An incident of the schedule. `store-down` and `store-up` enclose an outage of the store. */
export interface FaultEvent {
  readonly kind: "fault";
  readonly t: number;
  readonly what: "kill" | "start" | "pause" | "resume" | "store-down" | "store-up";
  readonly server?: string;
}

/** A server ended by itself, which must never happen. */
export interface CrashEvent {
  readonly kind: "crash";
  readonly t: number;
  readonly server: string;
  /** The server's last output. */
  readonly output: string;
}

/** A stream was created, between `t` and `ended`. */
export interface CreatedEvent {
  readonly kind: "created";
  readonly t: number;
  readonly ended: number;
  readonly stream: string;
}

/** All faults have ended. */
export interface CalmEvent {
  readonly kind: "calm";
  readonly t: number;
}

/** The stored state at the end. */
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

/** A reader's stream. Readers in one `browser` share their text. */
export interface ReaderInfo {
  readonly stream: string;
  readonly browser?: string;
}

/** Everything that happened in one run. */
export interface History {
  readonly seed: number;
  readonly store: string;
  readonly leaseMs: number;
  /** How long an unclaimed stream stays pending. */
  readonly pendingMs: number;
  /** The text that each stream's generation makes if nothing stops it. */
  readonly streams: Readonly<Record<string, { readonly text: string }>>;
  readonly readers: Readonly<Record<string, ReaderInfo>>;
  /** The schedule of the run, if it had one. */
  readonly schedule?: unknown;
  /** In the order of `t`. */
  readonly events: readonly HistoryEvent[];
}

/** Returns the events of one kind. */
export function eventsOf<Kind extends HistoryEvent["kind"]>(
  history: History,
  kind: Kind,
): Extract<HistoryEvent, { kind: Kind }>[] {
  return history.events.filter(
    (event): event is Extract<HistoryEvent, { kind: Kind }> => event.kind === kind,
  );
}

/** Groups items by key, in their order. */
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

/** Writes a history as lines of JSON: first its head, then one event a line. */
export async function saveHistory(path: string, history: History): Promise<void> {
  const { events, ...head } = history;
  const lines = [head, ...events].map((line) => JSON.stringify(line));
  await writeFile(path, `${lines.join("\n")}\n`);
}

/** Reads a history that `saveHistory` wrote. */
export async function loadHistory(path: string): Promise<History> {
  const [head, ...events] = (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { ...head, events };
}
