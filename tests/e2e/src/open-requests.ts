import type { BrowserContext, Request } from "playwright-core";

/** Returns the live set of a browser's open requests. A page of finished answers has none. */
export function inFlight(context: BrowserContext): ReadonlySet<Request> {
  const open = new Set<Request>();
  context.on("request", (request) => open.add(request));
  context.on("requestfinished", (request) => open.delete(request));
  context.on("requestfailed", (request) => open.delete(request));
  return open;
}
