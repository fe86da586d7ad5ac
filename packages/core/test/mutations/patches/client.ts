import type { Edit, Patches } from "../patch.ts";

const inFile =
  (file: string) =>
  (from: string, to: string): Edit => ({ file: `src/lib/${file}`, from, to });
const inTextStore = inFile("text/text-store.ts");
const inLiveText = inFile("sources/live-text-source.ts");
const inAttempt = inFile("http/attempt.ts");
const inStream = inFile("stream.ts");
const inCache = inFile("stream-cache.ts");

/** Mutations of what runs the machine: the store, the attempts, the stream, the cache. */
export const client: Patches = {
  "text-store: listeners are notified at once, not once a frame": [
    [inTextStore("platform.frame(notify) :", "void notify() :")],
  ],
  "text-store: the last reader's departure is not noticed": [
    [inTextStore("    if (reading) linger();", "")],
  ],
  "text-store: looking at the store counts as reading": [
    [inTextStore("      if (coming && $body.lc > 0) arrive();", "      if (coming) arrive();")],
  ],
  "live-text-source: a terminal status counts before the end was read": [
    [
      inLiveText(
        'terminal && headers.get(CLOSED) === "true" && offset >= Number(headers.get(NEXT_OFFSET));',
        "terminal;",
      ),
    ],
  ],
  "attempt: silence is not noticed": [
    [inAttempt("attempt.quiet !== undefined && ++attempt.quiet > STEPS", "false")],
  ],
  "stream: the end of a closed connection is taken for the next one's": [
    [inStream("      if (!mine.open) return;\n      if (!caught)", "      if (!caught)")],
  ],
  "stream: what else a closed connection brings is taken": [
    [
      inStream("if (mine.open) take(", "take("),
      inStream("if (mine.open && !receive(update)) end();", "if (!receive(update)) end();"),
      inStream(
        "          if (!mine.open) return;\n          // An answer",
        "          // An answer",
      ),
      inStream("if (mine.open) receive(update);", "receive(update);"),
    ],
  ],
  "stream: a follow knows its offset as it was at its start": [
    [
      inStream(
        "        get offset() {\n          return merge.bytes;\n        },",
        "offset: merge.bytes,",
      ),
    ],
  ],
  "stream cache: the next handle knows nothing of the last one's drive": [
    [inCache("            drives.set(old, drive());\n", "")],
  ],
  "stream cache: handles are let go that nobody has read yet": [
    [inCache("    handle.left = false;\n", "    handle.left = true;\n")],
  ],
  "stream cache: no handle is let go": [[inCache("            handles.delete(old);\n", "")]],
};
