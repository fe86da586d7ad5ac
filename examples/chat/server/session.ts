import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { parse } from "hono/utils/cookie";

const COOKIE = "session";
const A_YEAR = 365 * 24 * 60 * 60;

/** The session of a request. Undefined if it has no cookie. */
export function sessionOf(request: Request): string | undefined {
  return parse(request.headers.get("cookie") ?? "", COOKIE)[COOKIE];
}

/** Gives every visitor a session. A real app has accounts instead. */
export const session: MiddlewareHandler<{ Variables: { session: string } }> = async (c, next) => {
  const known = getCookie(c, COOKIE);
  const id = known ?? crypto.randomUUID();
  c.set("session", id);
  await next();
  // Now, since a route may answer with a response that is not made by `c`.
  if (!known) remember(c, id);
};

function remember(c: Context, id: string): void {
  const secure = new URL(c.req.url).protocol === "https:";
  setCookie(c, COOKIE, id, { httpOnly: true, sameSite: "Lax", path: "/", maxAge: A_YEAR, secure });
}
