import type { StreamEnd } from "../options/stream-end.ts";
import { ModelError } from "./model-error.ts";
import { cutMessage, StreamFailure } from "./stream-failure.ts";

/**
 * The end of a stream whose `generate` threw.
 *
 * Readers are shown a `StreamFailure` as it is, and a refusal's words, which are the model's. Of
 * everything else they learn no more than the code.
 */
export function failedEnd(thrown: unknown): StreamEnd {
  if (thrown instanceof StreamFailure) return withMessage({ error: thrown.code }, thrown.message);
  if (!(thrown instanceof ModelError) || thrown.code === "generation") {
    return { status: "error", error: "generation" };
  }
  const { code, message } = thrown;
  const end = { error: code, reason: code };
  return code === "refusal" ? withMessage(end, message) : { status: "error", ...end };
}

/** Cut also if it is a `StreamFailure`'s: an Error's message can be changed after its checks. */
function withMessage(end: Pick<StreamEnd, "error" | "reason">, message: string): StreamEnd {
  const errorMessage = cutMessage(message);
  return { status: "error", ...end, ...(errorMessage === undefined ? {} : { errorMessage }) };
}
