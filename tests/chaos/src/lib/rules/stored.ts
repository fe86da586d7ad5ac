import {
  type AppendEvent,
  type ClaimEvent,
  eventsOf,
  type FinalEvent,
  groupBy,
  type History,
  type ObservedEvent,
  type RenewEvent,
  type StoreCall,
} from "../history/history.ts";

/** The events of one stream in the store. */
export interface Stored {
  readonly stream: string;
  /** The text that its generation makes if nothing stops it. */
  readonly truth: string;
  readonly final: FinalEvent | undefined;
  readonly appends: readonly AppendEvent[];
  readonly observed: readonly ObservedEvent[];
}

export function storedOf(history: History): Stored[] {
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

/** Returns every call of a stream's producers to the store. */
export function callsOf(
  history: History,
  stream: string,
): (AppendEvent | ClaimEvent | RenewEvent)[] {
  return [
    ...eventsOf(history, "append"),
    ...eventsOf(history, "renew"),
    ...eventsOf(history, "claim"),
  ].filter((call) => call.stream === stream);
}

export const end = (append: AppendEvent) => append.offset + append.bytes;
export const isOk = (call: StoreCall) => call.outcome === "ok";
/** Whether the call was carried out, or may have been: its answer was lost. */
export const mayBeDone = (call: StoreCall) =>
  call.outcome === undefined || call.outcome === "ok" || call.outcome === "failed";
