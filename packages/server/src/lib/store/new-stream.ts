import { checkNames, shown } from "../options/check.ts";
import type { NewStream } from "../options/store.ts";
import { isId } from "../util/id.ts";

const MOST_TAGS = 16;
const LONGEST_TAG = 128;

/** What a stream is made with: an id of the caller's own, and tags. */
export interface NewStreamOptions extends NewStream {
  /** 22 to 128 of `A-Z a-z 0-9 _ -`, hard to guess. Default: 128 random bits. */
  readonly id?: string;
}

/**
 * Checks what a stream is made with.
 * @param of what has the fields, for the errors
 * @throws TypeError that names the field, the value and what to do
 */
export function checkNewStream(of: string, given: unknown): NewStreamOptions {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`${of} must be an object { id, tags }, but is ${shown(given)}.`);
  }
  checkNames("", given, ["id", "tags"], of);
  const { id, tags } = given as { id?: unknown; tags?: unknown };
  return {
    ...(id === undefined ? {} : { id: checkId(id) }),
    ...(tags === undefined ? {} : withTags(checkTags(tags))),
  };
}

/** `{ tags }`, or nothing if there are none. */
export function withTags(tags: readonly string[] | undefined): NewStream {
  return tags && tags.length > 0 ? { tags } : {};
}

/**
 * Checks an id for a new stream.
 * @throws TypeError if it is none
 */
export function checkId(id: unknown): string {
  if (typeof id === "string" && isId(id)) return id;
  const seen = typeof id === "string" ? `${shown(id)} (${id.length} characters)` : shown(id);
  throw new TypeError(
    `The id is ${seen}, but must be 22 to 128 of A-Z a-z 0-9 _ -: give a random one, or none.`,
  );
}

/**
 * Checks tags.
 * @returns the tags, each once
 * @throws TypeError that names the first tag that is none
 */
export function checkTags(tags: unknown): readonly string[] {
  if (!Array.isArray(tags)) {
    throw new TypeError(`\`tags\` must be a list of strings, but is ${shown(tags)}.`);
  }
  const all = [...new Set<unknown>(tags)];
  if (all.length > MOST_TAGS) {
    throw new TypeError(`A stream has at most ${MOST_TAGS} tags, but ${all.length} are given.`);
  }
  for (const tag of all) {
    if (isTag(tag)) continue;
    const seen = typeof tag === "string" ? `${shown(tag)} (${tag.length} characters)` : shown(tag);
    throw new TypeError(
      `A tag is ${seen}, but must be a string of 1 to ${LONGEST_TAG} characters, none of them a control character.`,
    );
  }
  return all as string[];
}

function isTag(tag: unknown): boolean {
  if (typeof tag !== "string" || tag.length < 1 || tag.length > LONGEST_TAG) return false;
  // Half a surrogate pair is no character: no store could give it back.
  return !/[\p{Cc}\p{Cs}]/u.test(tag);
}
