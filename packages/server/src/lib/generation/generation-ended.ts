const MESSAGES = {
  stopped: "The stream was stopped: end the generation.",
  lost: "The stream is no longer this server's (its lease ran out, or it was deleted): end the generation.",
  overflow: "The text is over its limit, or the store is too slow: the stream ended in error.",
  closed: "The stream has ended: nothing can be appended to it.",
};

/** Why `append` refuses and `signal` is aborted. */
export class GenerationEnded extends Error {
  override readonly name = "AbortError";
  readonly reason: keyof typeof MESSAGES;

  constructor(reason: GenerationEnded["reason"]) {
    super(MESSAGES[reason]);
    this.reason = reason;
  }
}
