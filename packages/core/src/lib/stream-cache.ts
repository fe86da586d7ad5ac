import type { DriveState } from "./machine/state.ts";
import { check, type Rules, shown } from "./options/check.ts";
import { bodyOf } from "./options/initial.ts";
import { createStream, type StreamHandle } from "./stream.ts";
import type { Stream, StreamConfig, StreamOptions } from "./types.ts";

const STREAM = {
  id: "a string",
  driven: "a boolean",
  create: "a boolean or object",
  input: "",
  initial: "an object or null",
} satisfies Rules<"id" | keyof StreamOptions>;

/** Checks what a handle is asked for with. In development alone: see `checkClientOptions`. */
function checkStream(config: StreamConfig, id: string, options: StreamOptions): void {
  check("client.stream", { ...options, id: id ?? null }, STREAM);
  // `.` and `..` would be steps in an address.
  if (/^\.{0,2}$/.test(id)) throw new TypeError(`client.stream: ${shown(id)} is no id.`);
  check("create", Object(options.create), { tags: "an array" });
  if (options.create && !config.drive.creates) {
    throw new TypeError("client.stream: `create` needs a drive by the client's own `url`.");
  }
}

/**
 * The handles of one client: each caller gets the same one for a stream, so that all share one
 * drive request.
 * @param config what the client's streams share
 * @returns what returns the handle of a stream
 */
export function createStreamCache(
  config: StreamConfig,
): (id: string, options?: StreamOptions) => Stream {
  const handles = new Map<string, StreamHandle>();
  /** The drive requests of the handles that were let go (invariant 5). */
  const drives = new Map<string, DriveState>();
  /** Above this many handles, those that were read and are read no more are let go, but for KEPT. */
  let limit = 100;
  const KEPT = 50;

  return (id, options = {}) => {
    if (process.env.NODE_ENV !== "production") checkStream(config, id, options);
    const { driven, create, input, initial } = options;
    const made = create === true ? {} : create || undefined;
    let handle = handles.get(id);
    if (!handle) {
      const known = initial ? bodyOf(initial) : undefined;
      if (handles.size > limit) {
        for (const [old, { stream, left, drive }] of handles) {
          const unread = stream.$body.lc === 0;
          if (handles.size > KEPT && left && unread) {
            handles.delete(old);
            drives.set(old, drive());
          }
        }
        // If most are in use, all of them are looked at seldom.
        limit = handles.size * 2;
      }
      handle = createStream(id, config, known, drives.get(id));
      handles.set(id, handle);
    }
    handle.left = false;
    handle.driven ||= driven;
    handle.create = made ?? handle.create;
    handle.input = input ?? handle.input;
    return handle.stream;
  };
}
