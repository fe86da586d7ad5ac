import { parseOffset } from "@twinstream/core/protocol";
import { HttpError } from "./http-error.ts";

/** What a read asks for. */
export interface ReadRequest {
  /** In bytes; `now` is the end of what is stored. */
  readonly offset: number | "now";
  readonly live: "text" | "sse" | "long-poll" | undefined;
  readonly cursor: string | undefined;
}

/** Reads the query of a `GET`. Throws a 400 that names the parameter. */
export function parseRead(query: URLSearchParams): ReadRequest {
  const live = one(query, "live");
  if (live !== undefined && live !== "text" && live !== "sse" && live !== "long-poll") {
    throw new HttpError(400, "bad_live", '`live` must be "text", "sse" or "long-poll".');
  }
  const token = one(query, "offset");
  if (token === undefined && (live === "sse" || live === "long-poll")) {
    throw new HttpError(
      400,
      "bad_offset",
      "`offset` is required with `live`: -1 reads from the start.",
    );
  }
  return { offset: parseStart(token), live, cursor: one(query, "cursor") };
}

function parseStart(token: string | undefined): number | "now" {
  if (token === undefined || token === "-1") return 0;
  if (token === "now") return "now";
  const offset = parseOffset(token);
  if (offset === undefined) {
    throw new HttpError(
      400,
      "bad_offset",
      '`offset` must be one that an answer gave, "-1" for the start, or "now" for the end.',
    );
  }
  return offset;
}

function one(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) {
    throw new HttpError(400, `bad_${name}`, `\`${name}\` was given more than once.`);
  }
  return values[0];
}

/** A cursor that is never the one that was given, so that a cache cannot answer a poll with the one before. */
export function nextCursor(given: string | undefined): string {
  const interval = Math.floor(Date.now() / 20_000);
  const before = given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : 0;
  return String(before >= interval ? before + 1 + Math.floor(Math.random() * 180) : interval);
}
