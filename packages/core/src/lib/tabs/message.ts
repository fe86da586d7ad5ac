import type { TerminalStatus } from "../protocol/status.ts";

/** What tabs tell each other about one stream. */
export type Said =
  /** It drives: who reads this stream may ask. */
  | { readonly type: "drive" }
  /** It drives no more. */
  | { readonly type: "bye" }
  /** It has the text up to byte `from`, and wants what comes after. */
  | { readonly type: "ask"; readonly from: number }
  /** It needs nothing any more. */
  | { readonly type: "leave" }
  /** The text from byte `offset` on; empty, it is a sign of life. */
  | { readonly type: "text"; readonly delta: string; readonly offset: number }
  /** The server says that the stream has ended, at a text of `length` bytes. */
  | {
      readonly type: "ended";
      readonly status: TerminalStatus;
      readonly length: number;
      readonly error?: string;
    };

export type Message = Said & {
  /** The stream. */
  readonly id: string;
  /** Who says it. */
  readonly tab: string;
  /** Whom it is for; left out where it is for all. */
  readonly to?: string;
};

/** One reader's or driver's place in the channel. */
export interface Seat {
  say(said: Said, to?: string): void;
  leave(): void;
}
