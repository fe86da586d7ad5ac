import { shown } from "../options/check.ts";
import { characterBoundary, utf8Length } from "../util/utf8.ts";

const CODE = /^[a-z0-9][a-z0-9_.-]{0,63}$/i;
const MESSAGE_BYTES = 1000;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The codes by which a client says that its own request failed: a stream's end must not pass for one. */
const CLIENTS_OWN = [
  "network",
  "server",
  "unauthorized",
  "not_found",
  "rejected",
  "protocol",
  "contradiction",
  "timeout",
];

/**
 * A failure that readers should see: throw it in `generate`. The stream ends in `error`; the code and
 * the message are kept with it, and every reader receives them as they are, live and later. The text
 * before it stays. `onError` does not hear of it, unless it has a `cause`.
 *
 * Anything else that `generate` throws ends the stream with the code `generation`, and its message
 * stays on the server.
 * @throws TypeError if the code or the message is none that can be kept
 * @example throw new StreamFailure("quota", "You have used up today's answers. Come back tomorrow.");
 */
export class StreamFailure extends Error {
  override readonly name = "StreamFailure";
  /** For programs: what kind of failure it is. */
  readonly code: string;

  /**
   * @param code for programs: 1 to 64 of `A-Z a-z 0-9 _ . -`, beginning with a letter or a digit. The
   * client's own codes (`network`, `server`, `unauthorized`, `not_found`, `rejected`, `protocol`,
   * `contradiction`, `timeout`) are refused
   * @param message for people: 1 to 1,000 bytes of UTF-8, in your readers' language
   * @param options.cause what went wrong, for your log alone: `onError` receives the failure with it
   */
  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(checkedMessage(message), options);
    if (typeof code !== "string" || !CODE.test(code)) {
      throw new TypeError(
        `StreamFailure: \`code\` is ${shown(code)}, but must be 1 to 64 of A-Z a-z 0-9 _ . -, such as "quota".`,
      );
    }
    if (CLIENTS_OWN.includes(code)) {
      throw new TypeError(
        `StreamFailure: the code "${code}" is the client's own, for requests that failed: give another, such as "quota".`,
      );
    }
    this.code = code;
  }
}

function checkedMessage(message: unknown): string {
  const bytes = typeof message === "string" ? utf8Length(message) : 0;
  if (typeof message === "string" && 0 < bytes && bytes <= MESSAGE_BYTES && !message.includes("\0"))
    return wellFormed(message);
  const seen =
    typeof message !== "string"
      ? shown(message)
      : bytes > MESSAGE_BYTES
        ? `${bytes} bytes long`
        : bytes === 0
          ? "empty"
          : "a string with a NUL";
  throw new TypeError(
    `StreamFailure: \`message\` is ${seen}, but must be 1 to ${MESSAGE_BYTES} bytes of text for your readers.`,
  );
}

/** The beginning of a message that somebody else wrote, as far as it is kept; undefined if it is empty. */
export function cutMessage(message: string): string | undefined {
  // Half surrogate pairs are encoded as U+FFFD, which is what `wellFormed` makes of them.
  const bytes = encoder.encode(message.replaceAll("\0", ""));
  return decoder.decode(bytes.subarray(0, characterBoundary(bytes, MESSAGE_BYTES))) || undefined;
}

/** Replaces half surrogate pairs, which UTF-8 cannot have: a message may have been cut anywhere. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}
