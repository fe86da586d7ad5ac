import type { StreamEnd } from "../options/stream-end.ts";
import { ModelError } from "./model-error.ts";
import { cutMessage, StreamFailure } from "./stream-failure.ts";

/**
 * The end of a stream whose `generate` threw.
 *
 * Readers are shown a `StreamFailure` as it is, and a refusal's words, which are the model's. Of
 * everything else they learn no more than the code.
 */
export function failedEnd(error: unknown): StreamEnd {
  if (error instanceof StreamFailure) {
    return { status: "error", error: error.code, errorMessage: error.message };
  }
  if (!(error instanceof ModelError) || error.code === "generation") {
    return { status: "error", error: "generation" };
  }
  const { code, message } = error;
  const end = { status: "error", error: code, reason: code } as const;
  const errorMessage = code === "refusal" ? cutMessage(message) : undefined;
  return errorMessage === undefined ? end : { ...end, errorMessage };
}
