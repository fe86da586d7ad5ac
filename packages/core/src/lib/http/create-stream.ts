import { failure } from "../errors.ts";
import type { NewStreamOptions, StreamRequest } from "../types.ts";
import { strangeAnswer } from "./check-answer.ts";
import { send, serverUrl } from "./send.ts";

/** Options of `client.create`. */
export interface CreateOptions extends NewStreamOptions {
  /** An id of your own: 22 to 128 of `A-Z a-z 0-9 _ -`, hard to guess. Default: the server makes one. */
  readonly id?: string;
  /** Aborts the request. Default: nothing does. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a stream on the client's server, by one request.
 * @returns the stream's id
 * @throws {StreamError} if the server refuses, cannot be reached, or is no server of streams
 */
export async function postCreate(
  context: Omit<StreamRequest, "id" | "signal" | "alive">,
  { id, tags, signal }: CreateOptions,
): Promise<string> {
  try {
    const response = await send({ ...context, signal, alive() {} }, serverUrl(context), {
      method: "POST",
      body: JSON.stringify({ id, tags }),
    });
    const made = await response.json().catch(() => {});
    if (typeof made?.id === "string") return made.id;
    throw strangeAnswer(response, "{ id } as JSON");
  } catch (caught) {
    signal?.throwIfAborted();
    throw failure(caught).error;
  }
}
