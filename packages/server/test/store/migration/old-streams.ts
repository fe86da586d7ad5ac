/** What became of a stream under the release before schema 2. */
const KINDS = [
  "pending",
  /** Nobody claimed it in time, and nobody has read it since. */
  "undriven",
  /** Its producer holds it. */
  "streaming",
  /** Its lease ran out, and nobody has read it since. */
  "crashed",
  /** Its lease ran out, and a reader has made that final. */
  "found crashed",
  /** Its producer holds it, and has not seen yet that it was stopped. */
  "stopping",
  /** It was stopped, then its lease ran out, and nobody has read it since. */
  "stopping, crashed",
  "stopped while pending",
  "stopped",
  "done",
  "error",
  "timeout",
] as const;

/** A stream of the release before schema 2. */
export interface OldStream {
  readonly id: string;
  readonly kind: (typeof KINDS)[number];
  /** What was appended; the last piece with the end. */
  readonly pieces: readonly string[];
  /** Its code, if it ended in error. */
  readonly error?: string;
}

const WORDS = [
  "Plain words. ",
  "Ünï çødé ",
  "世界，你好。",
  "😀👩‍👩‍👧 ",
  "\r\n\n\t",
  "\u0000\u0001",
  "\ufeffعربي ",
  "e\u0301",
];
const ERRORS = ["generation", "overflow", "content_filter", "refusal"];

/** The 1,000 streams of `databases/`, in all states. */
export const oldStreams: readonly OldStream[] = Array.from({ length: 1000 }, (_, n) => {
  const kind = KINDS[n % KINDS.length]!;
  const name = kind.replace(/\W+/g, "-");
  return {
    id: `${name}-${String(n).padStart(21 - name.length, "0")}`,
    kind,
    pieces: Array.from({ length: 1 + (n % 5) }, (_, piece) =>
      Array.from({ length: (n + piece) % 7 }, (_, word) => WORDS[(n + 3 * piece + word) % 8]).join(
        "",
      ),
    ),
    ...(kind === "error" && { error: ERRORS[Math.floor(n / KINDS.length) % ERRORS.length] }),
  };
});
