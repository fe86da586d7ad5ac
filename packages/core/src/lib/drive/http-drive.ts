import { StreamError } from "../errors.ts";
import { check, type Rules, shown } from "../options/check.ts";
import { wholeCharacters } from "../text/utf8.ts";
import type { Decoder, DriveRequest, Driver } from "../types.ts";
import { postDrive, type Reading } from "./drive.ts";

/** Options of `httpDrive`. */
export interface HttpDriveOptions {
  /** Where to POST. Default: `{url}/{id}/drive` of the client's server. */
  url?: string | URL | ((request: DriveRequest) => string | URL);
  /** What to send, as JSON. Default: the stream's `input`. */
  body?: (request: DriveRequest) => unknown;
  /** How the response becomes text. Default: the response is the text, in UTF-8. */
  decode?: Decoder;
  /**
   * Whether the endpoint rejects a second drive of the same stream, so that a drive that failed may
   * be sent again. Default: true for the client's own server, false if you give a `url`.
   */
  claims?: boolean;
}

const RULES = {
  url: "a string, URL object or function",
  body: "a function",
  decode: "a function",
  claims: "a boolean",
} satisfies Rules<keyof HttpDriveOptions>;

/**
 * Drives by one POST, whose response has the text, in any shape that there is a decoder for.
 * An answer of 409 or 205 means that another client drives, and this one follows.
 * @param options where to POST, what to send, and how the response becomes text
 * @throws {TypeError} if an option is unknown or wrong
 * @returns a driver, for the client's option `drive`
 * @example
 * createStreamClient({ source, drive: httpDrive({ url: "/api/chat", decode: openai() }) })
 */
export function httpDrive(options: HttpDriveOptions = {}): Driver {
  check("httpDrive", options, RULES);
  const { url, body, decode, claims } = options;
  return postDrive({
    url: url === undefined || typeof url === "function" ? url : () => url,
    body,
    claims,
    read: decode && decoded(decode),
  });
}

const decoded =
  (decode: Decoder): Reading =>
  async (response, { alive }, sink) => {
    const reader = response.body!.getReader();
    const decoding = decode();
    if (typeof decoding?.push !== "function") {
      throw new StreamError(
        "protocol",
        `httpDrive: \`decode\` returned ${shown(decoding)}, but must return an object with \`push\` and \`end\`. Call the decoder: openai(), not openai.`,
      );
    }
    let held = "";
    const take = (more: string) => {
      // Providers cut their JSON strings between the halves of a surrogate pair.
      const whole = wholeCharacters(held + more);
      held = (held + more).slice(whole.length);
      if (whole) sink.text(whole);
    };
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return take(decoding.end());
      alive();
      take(decoding.push(value));
    }
  };
