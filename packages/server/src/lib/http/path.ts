import { notFound } from "./http-error.ts";

/**
 * The id and the verb of a path below the base: both undefined for the base itself. A slash at the
 * end changes nothing: some frameworks add one. Throws a 404 for all else.
 */
export function parsePath(base: string, pathname: string): [id?: string, verb?: string] {
  if (pathname !== base && !pathname.startsWith(`${base}/`)) throw notFound();
  const rest = pathname.slice(base.length).replace(/^\//, "").replace(/\/$/, "");
  if (rest === "") return [];
  const [id, verb, ...more] = rest.split("/");
  if (more.length > 0 || (verb !== undefined && verb !== "drive" && verb !== "stop")) {
    throw notFound();
  }
  return [decode(id!), verb];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw notFound();
  }
}
