import type { ProxiedRequest } from "../faults/fault-proxy.ts";
import { type HistoryEvent, now } from "./history.ts";

type Untimed<Event> = Event extends HistoryEvent ? Omit<Event, "t"> & { t?: number } : never;

/** Collects the events of a run. */
export class Recorder {
  readonly events: HistoryEvent[] = [];

  add(event: Untimed<HistoryEvent>): void {
    this.events.push({ t: now(), ...event } as HistoryEvent);
  }

  /** Records a reader's request. The function that it returns records the answer. */
  exchange(reader: string, proxied: ProxiedRequest): () => void {
    const t = now();
    const action = proxied.path.endsWith("/drive")
      ? "drive"
      : proxied.path.endsWith("/stop")
        ? "stop"
        : "read";
    return () => {
      const status = proxied.answer?.headers["stream-status"];
      this.add({
        kind: "exchange",
        t,
        reader,
        action,
        passed: proxied.passed,
        fault: proxied.fault.kind,
        ...(proxied.answer ? { ended: now(), answer: proxied.answer.status } : {}),
        ...(typeof status === "string" ? { streamStatus: status } : {}),
      });
    };
  }
}
