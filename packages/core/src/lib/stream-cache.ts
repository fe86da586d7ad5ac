import type { DriveState } from "./machine/machine.ts";
import { createStream, type StreamHandle, type Wishes } from "./stream.ts";
import { byteLength } from "./text/utf8.ts";
import type { Stream, StreamConfig, StreamOptions } from "./types.ts";

/** The handles of one client. */
export interface StreamCache {
  /** The handle of this stream: the same one for every caller, so that all share one drive request. */
  get(id: string, options?: StreamOptions): Stream;
}

interface Entry extends StreamHandle {
  readonly wishes: Wishes;
  /** Its last reader has left, and nobody has asked for it since. */
  left: boolean;
}

// Above this many handles, those that were read and are read no more are let go, but for KEPT.
const MOST = 100;
const KEPT = 50;

/** Makes the cache of a client's handles. */
export function createStreamCache(config: StreamConfig): StreamCache {
  const entries = new Map<string, Entry>();
  /** The drive requests of the handles that were let go (invariant 5). */
  const drives = new Map<string, DriveState>();
  let limit = MOST;

  function evict() {
    for (const [id, { stream, left, driveState }] of entries) {
      const read = stream.$body.lc > 0;
      if (entries.size > KEPT && left && !read) {
        entries.delete(id);
        drives.set(id, driveState());
      }
    }
    // If most are in use, all of them are looked at seldom.
    limit = entries.size * 2;
  }

  function add(id: string, { initial }: StreamOptions): Entry {
    if (!id) {
      throw new TypeError(`client.stream: \`id\` must be a string that is not empty, not ${id}.`);
    }
    const offset = initial?.offset;
    if (initial && offset !== undefined && offset !== byteLength(initial.text)) {
      throw new TypeError(
        `\`initial.offset\` is ${offset}, but \`initial.text\` has ${byteLength(initial.text)} bytes.`,
      );
    }
    if (entries.size > limit) evict();
    const wishes: Wishes = {};
    const onLeave = () => {
      entry.left = true;
    };
    const handle = createStream(id, config, { wishes, initial, drive: drives.get(id), onLeave });
    const entry: Entry = { ...handle, wishes, left: false };
    entries.set(id, entry);
    return entry;
  }

  return {
    get(id, options = {}) {
      const entry = entries.get(id) ?? add(id, options);
      const { wishes } = entry;
      entry.left = false;
      wishes.driven ||= options.driven;
      wishes.input = options.input ?? wishes.input;
      return entry.stream;
    },
  };
}
