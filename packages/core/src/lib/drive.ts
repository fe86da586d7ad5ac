import { send, streamUrl } from "./http.ts";
import type { Decoder, Drive, DriveRequest } from "./types.ts";
import { wholeCharacters } from "./utf8.ts";
import { readText } from "./wire.ts";

/** Options of `httpDrive`. */
export interface HttpDriveOptions {
  /** Where to POST. Default: `{url}/{id}/drive` of the client's server. */
  url?: string | URL | ((request: DriveRequest) => string | URL);
  /** What to send, as JSON. Default: the stream's `input`. */
  body?: (request: DriveRequest) => unknown;
  /** How the response becomes text. Default: it is the text, in UTF-8. */
  decode?: Decoder;
  /**
   * Whether the endpoint refuses a second drive of the same stream, so that one that failed may
   * be sent again. Default: true for the client's own server, false for any other `url`.
   */
  claims?: boolean;
}

/**
 * Drives by one POST, whose response is the text.
 * An answer of 409 or 205 means that somebody else drives, and the client follows.
 * @example
 * createStreamClient({ source, drive: httpDrive({ url: "/api/chat", decode: openai() }) })
 */
export function httpDrive({ url, body, decode, claims = !url }: HttpDriveOptions = {}): Drive {
  return {
    claims,
    async drive(request, sink) {
      try {
        const json = body ? body(request) : request.input;
        const response = await send(
          request,
          String((typeof url === "function" ? url(request) : url) ?? `${streamUrl(request)}/drive`),
          { method: "POST", body: json === undefined ? json : JSON.stringify(json) },
          409,
        );
        // Where a runtime gives no body to read piece by piece, the persisted text is read instead.
        if (response.status !== 200 || !response.body) {
          response.body?.cancel().catch(() => {});
          return sink.taken();
        }
        sink.open();
        if (decode) await readDecoded(response.body, decode, request, sink.text);
        else await readText(response, 0, request, (delta, _, bytes) => sink.text(delta, bytes));
        sink.end();
      } catch (error) {
        sink.error(error);
      }
    },
  };
}

async function readDecoded(
  body: ReadableStream<Uint8Array>,
  decode: Decoder,
  { alive }: DriveRequest,
  text: (delta: string) => void,
) {
  const reader = body.getReader();
  const decoding = decode();
  let held = "";
  const take = (more: string) => {
    // Providers cut their JSON strings between the halves of a surrogate pair.
    const whole = wholeCharacters(held + more);
    held = (held + more).slice(whole.length);
    if (whole) text(whole);
  };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return take(decoding.end());
    alive();
    take(decoding.push(value));
  }
}
