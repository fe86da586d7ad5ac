import type { Change } from "../../options/store.ts";

/** A payload of NOTIFY must be shorter than 8,000 bytes. */
const MAX_BYTES = 7_900;

/** Writes and reads the payloads of notifications. */
export interface Payloads {
  /** Names this store object. */
  readonly origin: string;
  /** The payload for a change of one stream that any process may make. */
  control(id: string): string;
  /** The payloads for changes that producers make: as few as hold all ids. */
  text(ids: Iterable<string>): string[];
  /** Reads a payload. There are no ids if it is this store object's own, or none of ours. */
  read(payload: string): { change: Change; ids: string[] };
}

/**
 * A payload is `[origin, change, ...ids]` as JSON. A store object's own changes wake the watchers of
 * its process at once, so it ignores the notifications of its own origin.
 */
export function createPayloads(maxBytes = MAX_BYTES): Payloads {
  const origin = crypto.randomUUID().slice(0, 8);
  return {
    origin,
    control: (id) => JSON.stringify([origin, "control", id]),
    text(ids) {
      const head = JSON.stringify([origin, "text"]).slice(0, -1);
      const payloads: string[] = [];
      let open = head;
      let size = head.length;
      for (const id of new Set(ids)) {
        const item = `,${JSON.stringify(id)}`;
        const bytes = Buffer.byteLength(item);
        if (open !== head && size + bytes >= maxBytes) {
          payloads.push(`${open}]`);
          open = head;
          size = head.length;
        }
        open += item;
        size += bytes;
      }
      if (open !== head) payloads.push(`${open}]`);
      return payloads;
    },
    read(payload) {
      let message: unknown;
      try {
        message = JSON.parse(payload);
      } catch {
        message = [];
      }
      const [from, change, ...ids] = Array.isArray(message) ? message : [];
      return {
        change: change === "text" ? "text" : "control",
        ids: from === origin ? [] : ids.filter((id) => typeof id === "string"),
      };
    },
  };
}
