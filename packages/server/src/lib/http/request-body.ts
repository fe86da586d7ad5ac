import { HttpError } from "./http-error.ts";

/** The JSON that a request bears, undefined where it bears none. Reads no further than `maxBytes`. */
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
    throw new HttpError(400, "bad_body", "The request's body broke off.");
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Whether `request`, in which nothing was found to read, came with a body: somebody else has read it. */
export function hadBody(request: Request): boolean {
  // An adapter cannot tell that a framework's parser was faster, but what the client announced stays.
  return Number(request.headers.get("content-length")) > 0;
}

/** An empty input must not pass for one that was read before. */
export function readBefore(): TypeError {
  return new TypeError(
    "The request's body was read before the handler: mount the handler before `express.json()` and the like, and read a `request.clone()` in `authorize` and in middleware.",
  );
}
