import type { ReadableAtom } from "nanostores";
import type { StreamClient } from "../client.ts";
import type { StreamError } from "../errors.ts";
import type { StreamStatus } from "../protocol/status.ts";
import type { StreamBody, StreamReason } from "../text/body.ts";
import type { StreamOptions } from "../types.ts";

/**
 * A view of a stream: it takes the body's store, and returns a nanostore of an object. The object's
 * fields are added to the body's, or take their place. `smooth` is a view.
 */
export type StreamView<Fields extends object = object> = (
  $body: ReadableAtom<StreamBody>,
) => ReadableAtom<Fields>;

/** Options of `useStream`. Objects and functions may be inline: their identity does not matter. */
export interface UseStreamOptions<Input = unknown, Fields extends object = object>
  extends StreamOptions<NoInfer<Input>> {
  /** The client to use. Default: the provided one. */
  client?: StreamClient<Input>;
  /**
   * How the component sees the stream: `smooth`, or `($body) => smooth($body, { lagMs: 100 })`. It is
   * called once for each stream of a component; a later function takes effect with the next stream.
   * Its store's fields are there from the start, also for a stream without text.
   */
  view?: StreamView<Fields>;
}

/** A stream's body, as a component sees it. */
export interface StreamFields {
  /** The text so far. It only grows. */
  readonly text: string;
  /** Where the stream stands. `pending` while there is no id. */
  readonly status: StreamStatus;
  /** Why the stream is in `error`; beside another status, why the client rests or is retrying. */
  readonly error: StreamError | undefined;
  /** Why the stream ended as it did, if the server said it. */
  readonly reason: StreamReason | undefined;
}

/** The body's fields, with those of a view over them. */
export type ViewedFields<Fields extends object> = Omit<StreamFields, keyof Fields> & Fields;

/** The functions that a component gets beside the body. */
export interface StreamControls {
  /** Cancels the generation, for all readers. The text so far stays. */
  readonly stop: () => Promise<void>;
  /** Starts the generation, unless it has been started. */
  readonly start: () => void;
  /** Asks again now, if the stream rests with an error or waits before it asks again. */
  readonly retry: () => void;
}
