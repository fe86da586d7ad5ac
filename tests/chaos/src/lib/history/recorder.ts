import type { Passage } from "../faults/fault-proxy.ts";
import { type HistoryEvent, now } from "./history.ts";

type Untimed<Event> = Event extends HistoryEvent ? Omit<Event, "t"> & { t?: number } : never;

/** Collects what happens in a run. */
export class Recorder {
  readonly events: HistoryEvent[] = [];

  add(event: Untimed<HistoryEvent>): void {
    this.events.push({ t: now(), ...event } as HistoryEvent);
  }

  /** Writes down a reader's request; the function that it returns, what the reader was answered. */
  exchange(reader: string, passage: Passage): () => void {
    const t = now();
    const action = passage.path.endsWith("/drive")
      ? "drive"
      : passage.path.endsWith("/stop")
        ? "stop"
        : "read";
    return () => {
      const status = passage.answer?.headers["stream-status"];
      this.add({
        kind: "exchange",
        t,
        reader,
        action,
        passed: passage.passed,
        fault: passage.fault.kind,
        ...(passage.answer ? { ended: now(), answer: passage.answer.status } : {}),
        ...(typeof status === "string" ? { streamStatus: status } : {}),
      });
    };
  }
}
