import { HttpError } from "./http-error.ts";

/**
 * Reads a request's JSON.
 * @param maxBytes the longest body, in bytes; nothing is read beyond it
 * @returns the parsed JSON; undefined if the body is empty
 * @throws HttpError 413 if the body is too long, 400 if it broke off or is not JSON in UTF-8
 */
export async function readInput(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBody(request, maxBytes);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new HttpError(400, "bad_json", "The request's body is not JSON in UTF-8.");
  }
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new HttpError(
    413,
    "input_too_large",
    `The request's body is larger than the limit of ${maxBytes} bytes.`,
  );
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge;
  if (!request.body || request.bodyUsed) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error === tooLarge) throw tooLarge;
    throw new HttpError(400, "bad_body", "The request's body broke off. Send the request again.");
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Whether `request`, whose body turned out empty, was sent with one: then somebody else has read it. */
export function hadBody(request: Request): boolean {
  // An adapter cannot tell that a framework's parser was faster, but what the client announced stays.
  return Number(request.headers.get("content-length")) > 0;
}

/** The error for a body that was read before: it must not pass for an empty input. */
export function alreadyRead(): TypeError {
  return new TypeError(
    "The request's body was read before the handler: mount the handler before `express.json()` and the like, and read a `request.clone()` in `authorize` and in middleware.",
  );
}
