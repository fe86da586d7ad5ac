import type { TerminalStatus } from "@twinstream/core/protocol";

/** How a stream ends. */
export interface StreamEnd {
  readonly status: TerminalStatus;
  /** A short code, if the status is `error`. */
  readonly error?: string;
  /** What to show to readers, if the status is `error` and the application gave words for it. */
  readonly errorMessage?: string;
  /** Why it ended so, such as `length`, `refusal`, `undriven`, `crash` or `deploy`. */
  readonly reason?: string;
}
