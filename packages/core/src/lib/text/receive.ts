import { StreamError, storedError } from "../errors.ts";
import type { StreamStatus } from "../protocol/status.ts";
import type { StreamReason, StreamUpdate } from "./body.ts";
import type { Merge, Merged } from "./merge.ts";

/** Puts what comes into a text, and draws the conclusions. */
export interface Receiver {
  /** Takes the result of a merge. Returns false if the piece does not go on from the text here. */
  take(merged: Merged): boolean;
  /** Takes an update of the source, its text and its status. Returns false as `take` does. */
  receive(update: StreamUpdate): boolean;
}

/**
 * Makes a text's receiver.
 * @param merge the text
 * @param grew called if there was something new
 * @param told called with what the server says of the status; a contradiction is an `error`
 */
export function createReceiver(
  merge: Merge,
  grew: () => void,
  told: (status: StreamStatus, error?: StreamError, reason?: StreamReason) => void,
): Receiver {
  function take(merged: Merged) {
    if (merged === "grew") grew();
    if (merged === "clash") {
      told(
        "error",
        new StreamError("contradiction", "The stored text contradicts the shown text."),
      );
    }
    return merged !== "gap";
  }

  return {
    take,
    receive(update) {
      const taken = take(
        "text" in update
          ? merge.whole(update.text)
          : merge.put(update.delta, update.offset, update.bytes),
      );
      const { status, error, errorMessage, reason } = update;
      if (taken && status) {
        told(
          status,
          status === "error" ? storedError(error, errorMessage) : undefined,
          reason ?? undefined,
        );
      }
      return taken;
    },
  };
}
