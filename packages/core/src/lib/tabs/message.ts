import type { StreamStatus } from "../status.ts";

/** What tabs tell each other about one stream. */
export type Message = {
  readonly id: string;
  /** Who says it. */
  readonly tab: string;
  /** Whom it is for; left out where it is for all. */
  readonly to?: string;
} & (
  | { /** It drives: who reads this stream may ask. */ readonly type: "drive" }
  | { /** It drives no more. */ readonly type: "bye" }
  | { /** It has the text up to a byte, and wants what comes after. */ readonly type: "ask"; readonly from: number }
  | { /** It reads no more. */ readonly type: "leave" }
  | { readonly type: "text"; readonly delta: string; readonly offset: number }
  | {
      readonly type: "status";
      readonly status: StreamStatus;
      /** The text's length, in bytes, that the status is about. */
      readonly length: number;
      readonly error?: string;
    }
);

type Body<M> = M extends unknown ? Omit<M, "id" | "tab"> : never;

/** Says something about one stream. */
export type Post = (message: Body<Message>) => void;
