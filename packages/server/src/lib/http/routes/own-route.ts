import { checkNames, shown } from "../../options/check.ts";
import type { NewStream } from "../../options/store.ts";
import { checkTags, withTags } from "../../store/new-stream.ts";
import type { DriveOptions } from "../../streams.ts";

// What `streams.drive` and `streams.follow` are given in routes of the application. A wrong option is a
// mistake in its code, so these throw; a wrong id may be a reader's, and is answered with 404.

const DRIVE = ["id", "generate", "input", "create", "context", "waitUntil"];

/**
 * Checks the options of `streams.drive`.
 * @returns what the stream is to be made with; undefined if it must be there
 * @throws TypeError that names the option
 */
export function checkDrive(request: unknown, given: unknown): NewStream | undefined {
  checkOwn("drive", "{ id, generate }", request, given, DRIVE);
  const { generate, waitUntil, create } = given as DriveOptions;
  for (const [name, value] of Object.entries({ generate, waitUntil })) {
    if (value === undefined || typeof value === "function") continue;
    throw new TypeError(`streams.drive: \`${name}\` must be a function, but is ${shown(value)}.`);
  }
  if (create === undefined || create === false) return undefined;
  if (create === true) return {};
  if (typeof create !== "object" || create === null || Array.isArray(create)) {
    throw new TypeError(
      `streams.drive: \`create\` must be true, false or { tags }, but is ${shown(create)}.`,
    );
  }
  checkNames("create.", create, ["tags"], "streams.drive");
  return create.tags === undefined ? {} : withTags(checkTags(create.tags));
}

/**
 * Checks the options of `streams.follow`.
 * @throws TypeError that names the option
 */
export function checkFollow(request: unknown, given: unknown): void {
  checkOwn("follow", "{ id }", request, given, ["id"]);
}

function checkOwn(
  name: string,
  form: string,
  request: unknown,
  given: unknown,
  known: readonly string[],
): void {
  // By its shape: an adapter may have put a Request of its own in the global's place.
  if (typeof request !== "object" || request === null || !("headers" in request)) {
    throw new TypeError(
      `streams.${name} takes a Request first, but received ${shown(request)}: call streams.${name}(request, ${form}).`,
    );
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(
      `streams.${name} takes an object second, but received ${shown(given)}: call streams.${name}(request, ${form}).`,
    );
  }
  checkNames("", given, known, `streams.${name}`);
  const { id } = given as { id?: unknown };
  if (typeof id === "string") return;
  throw new TypeError(`streams.${name}: \`id\` must be a string, but is ${shown(id)}.`);
}
