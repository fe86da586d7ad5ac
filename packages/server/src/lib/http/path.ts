import { NotFound } from "../errors.ts";

/**
 * Reads a path below the base.
 * @returns the id and the verb; both undefined for the base itself. A slash at the end changes
 * nothing: some frameworks add one.
 * @throws NotFound for every other path
 * @example parsePath("/api/streams", "/api/streams/abc/drive") // ["abc", "drive"]
 */
export function parsePath(base: string, pathname: string): [id?: string, verb?: string] {
  if (pathname !== base && !pathname.startsWith(`${base}/`)) throw new NotFound();
  const rest = pathname.slice(base.length).replace(/^\//, "").replace(/\/$/, "");
  if (rest === "") return [];
  const [id, verb, ...more] = rest.split("/");
  if (more.length > 0 || (verb !== undefined && verb !== "drive" && verb !== "stop")) {
    throw new NotFound();
  }
  return [decode(id!), verb];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new NotFound();
  }
}
