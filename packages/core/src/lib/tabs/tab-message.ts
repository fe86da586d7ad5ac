import type { TerminalStatus } from "../protocol/status.ts";

/** What a tab sends about a stream. */
export type TabEvent =
  /** This tab drives the stream: tabs that read it may ask for its text. */
  | { readonly type: "drive" }
  /** This tab drives it no more. */
  | { readonly type: "bye" }
  /** This tab has the text up to byte `from`, and asks for the rest. */
  | { readonly type: "ask"; readonly from: number }
  /** This tab reads the stream no more. */
  | { readonly type: "leave" }
  /** The text from byte `offset` on. An empty one is a sign of life. */
  | { readonly type: "text"; readonly delta: string; readonly offset: number }
  /** The server has reported the stream's end, at a text of `length` bytes. */
  | {
      readonly type: "ended";
      readonly status: TerminalStatus;
      readonly length: number;
      readonly error?: string;
    };

/** An event on its way to other tabs. */
export type TabMessage = TabEvent & {
  /** The stream's id. */
  readonly id: string;
  /** The sender: one reader or driver of one tab. */
  readonly tab: string;
  /** The receiver. Default: all tabs. */
  readonly to?: string;
};
