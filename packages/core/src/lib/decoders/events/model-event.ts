import type { FailureCode } from "../failure.ts";
import type { Json } from "../json.ts";

/** Why an answer ended before its model meant it to: `length`, at its limit of tokens. */
export type EndReason = "length";

/** What one event of a model's stream says of the answer. An event of anything else says nothing: `{}`. */
export interface ModelEvent {
  /** More of the answer's text. */
  readonly text?: string;
  /** More of the words by which the model refuses. Once the answer ends, they are its failure. */
  readonly refusal?: string;
  /** The answer ends here, as its model meant it to, or at its limit of tokens. */
  readonly ends?: boolean;
  /** Why the answer ends, if not as its model meant it to. Some formats say it before the end itself. */
  readonly reason?: EndReason;
  /** The answer ends here, and failed. Without a message, the event's own error has it. */
  readonly failure?: { readonly code: FailureCode; readonly message?: string };
}

/** Reads one event of a format. It keeps nothing between events, and throws nothing. */
export type EventReader = (event: Json) => ModelEvent;

/** An event that reports an error of the model or its server. */
export const FAILED: ModelEvent = { failure: { code: "generation" } };

/** A content filter's cut. */
export const FILTERED: ModelEvent = { failure: { code: "content_filter" } };
