import type { NewStream } from "../../options/store.ts";
import { checkTags, withTags } from "../../store/new-stream.ts";
import { HttpError } from "../http-error.ts";

/**
 * Reads the query of a drive: `create=1` makes the stream if it is not there, with a `tag` each.
 * Other parameters are the application's.
 * @returns what the stream is to be made with; undefined if the drive makes none
 * @throws HttpError 400 that names the parameter and its value
 */
export function parseDrive(query: URLSearchParams): NewStream | undefined {
  const create = query.getAll("create");
  const tags = query.getAll("tag");
  if (create.length === 0) {
    if (tags.length === 0) return undefined;
    throw new HttpError(400, "bad_tag", "`tag` is for a stream that is made: add `create=1`.");
  }
  if (create.length > 1 || create[0] !== "1") {
    const seen = create.map((value) => `"${value.slice(0, 20)}"`).join(" and ");
    throw new HttpError(400, "bad_create", `\`create\` is ${seen}: give "1" once, or omit it.`);
  }
  try {
    return withTags(checkTags(tags));
  } catch (error) {
    throw new HttpError(400, "bad_tag", (error as TypeError).message);
  }
}
