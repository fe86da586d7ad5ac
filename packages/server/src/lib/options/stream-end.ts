import type { TerminalStatus } from "@twinstream/core/protocol";

/** How a stream ends. */
export interface StreamEnd {
  readonly status: TerminalStatus;
  /** A short code, if the status is `error`. */
  readonly error?: string;
}
