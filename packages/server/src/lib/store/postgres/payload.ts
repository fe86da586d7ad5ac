import type { Change } from "../../options/store.ts";

/** Postgres allows a notification fewer than 8,000 bytes. */
const MAX_BYTES = 7_900;

/**
 * What is notified: `[origin, change, ...ids]` as JSON. The origin names one store object: its own
 * changes are told in its process at once, so it passes over what Postgres notifies of them.
 */
export function createPayloads(maxBytes = MAX_BYTES) {
  const origin = crypto.randomUUID().slice(0, 8);
  return {
    origin,
    control: (id: string): string => JSON.stringify([origin, "control", id]),
    /** As few payloads as hold all ids. */
    text(ids: Iterable<string>): string[] {
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
    /** What another store object's payload says; no ids where it is this one's own, or none of ours. */
    read(payload: string): { change: Change; ids: string[] } {
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
