import { newStreamId, type StreamClient, type StreamError } from "@twinstream/core";
import { ApiError } from "./api.ts";
import { isPassing, problemOf } from "./words.ts";

/** A new question, or a question that is answered again. */
export type Question =
  /** Without a conversation, the question starts one. */
  | { readonly conversation: string | undefined; readonly prompt: string }
  | { readonly conversation: string; readonly turn: string };

/** Where a question was sent. */
interface Sent {
  readonly conversation: string;
  /** The stream of its answer. */
  readonly stream: string;
}

/** The options with which this tab drives the answers to its own questions, by stream. */
const driven = new Map<string, { driven: true; create: true; input: object }>();

/** The question that did not get through last. Sent again, it is the same question to the server. */
let unsent: (Sent & { readonly key: string }) | undefined;

/** The options of an answer: the tab that asked the question drives it. After a refresh, it follows. */
export const driveOptions = (stream: string) => driven.get(stream);

/**
 * Sends a question: one request creates its stream, and streams the answer.
 *
 * @returns where it was sent, once the server has taken it
 * @throws ApiError if it did not get through
 */
export async function send(client: StreamClient, question: Question): Promise<Sent> {
  const key = JSON.stringify(question);
  const { conversation = newStreamId() } = question;
  if (unsent?.key !== key) unsent = { key, conversation, stream: newStreamId() };
  const sent = unsent;
  const options = {
    driven: true,
    create: true,
    input: { ...question, conversation: sent.conversation },
  } as const;
  try {
    await taken(client.stream(sent.stream, options));
  } catch (caught) {
    const error = caught as StreamError;
    // The server has seen it, and does not want it: the same request would not do better.
    if (!isPassing(error)) unsent = undefined;
    throw new ApiError(error.code, problemOf(error), { cause: error });
  }
  driven.set(sent.stream, options);
  unsent = undefined;
  return sent;
}

/** Resolves when the server has taken the drive of a stream. Rejects if it failed. */
function taken(stream: ReturnType<StreamClient["stream"]>): Promise<void> {
  const { error: old } = stream.snapshot();
  return new Promise((resolve, reject) => {
    const leave = stream.subscribe(({ status, error }) => {
      if (status !== "pending") resolve();
      // The error of the attempt before says nothing of this one.
      else if (error && error !== old) reject(error);
      else return;
      // The first call comes before there is anything to leave.
      queueMicrotask(() => leave());
    });
  });
}
