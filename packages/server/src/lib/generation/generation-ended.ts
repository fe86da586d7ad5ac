const MESSAGES = {
  stopped: "The stream was stopped: end the generation.",
  lost: "The stream is no longer this server's (its lease ran out, or it was deleted): end the generation.",
  overflow:
    "The text is longer than `limits.textBytes`, or more than `limits.unflushedBytes` wait for the store: the stream ended in error.",
  closed: "The stream has ended: nothing can be appended to it.",
};

/** The error that `append` throws after a stream's end, and the reason that `signal` is aborted for. */
export class GenerationEnded extends Error {
  override readonly name = "AbortError";
  /** Why: `stopped`, `lost`, `overflow` (a limit was exceeded) or `closed` (the generation or the server has ended). */
  readonly reason: keyof typeof MESSAGES;

  constructor(reason: GenerationEnded["reason"]) {
    super(MESSAGES[reason]);
    this.reason = reason;
  }
}
