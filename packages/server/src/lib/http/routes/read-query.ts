import { parseOffset } from "@twinstream/core/protocol";
import { HttpError } from "../http-error.ts";

/** A read, as its query asks for it. */
export interface ReadQuery {
  /** Where to begin, in bytes; `now` is the end of the stored text. */
  readonly offset: number | "now";
  readonly live: "text" | "sse" | "long-poll" | undefined;
  readonly cursor: string | undefined;
}

/**
 * Reads the query of a `GET`.
 * @see https://github.com/durable-streams/durable-streams; `live=text` is our own
 * @throws HttpError 400 that names the parameter
 */
export function parseRead(query: URLSearchParams): ReadQuery {
  const live = single(query, "live");
  if (live !== undefined && live !== "text" && live !== "sse" && live !== "long-poll") {
    throw new HttpError(
      400,
      "bad_live",
      `\`live\` is "${live.slice(0, 20)}", and must be "text", "sse" or "long-poll".`,
    );
  }
  const token = single(query, "offset");
  if (token === undefined && (live === "sse" || live === "long-poll")) {
    throw new HttpError(
      400,
      "bad_offset",
      "`offset` is required with `live`: -1 reads from the start.",
    );
  }
  return { offset: parseStart(token), live, cursor: single(query, "cursor") };
}

function parseStart(token: string | undefined): number | "now" {
  if (token === undefined || token === "-1") return 0;
  if (token === "now") return "now";
  const offset = parseOffset(token);
  if (offset === undefined) {
    throw new HttpError(
      400,
      "bad_offset",
      `\`offset\` is "${token.slice(0, 20)}", and must be one that an answer gave, "-1" for the start, or "now" for the end.`,
    );
  }
  return offset;
}

function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) {
    throw new HttpError(
      400,
      `bad_${name}`,
      `\`${name}\` was given ${values.length} times: give it once.`,
    );
  }
  return values[0];
}

/**
 * The cursor for the next poll. It never equals the given one, so that a cache cannot answer a poll
 * with the answer to the one before.
 * @see https://github.com/durable-streams/durable-streams
 */
export function nextCursor(given: string | undefined): string {
  const interval = Math.floor(Date.now() / 20_000);
  const before = given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : 0;
  return String(before >= interval ? before + 1 + Math.floor(Math.random() * 180) : interval);
}
