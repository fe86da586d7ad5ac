// `npx convex dev` writes these into .env.local. Without them the page connects to its own origin, as
// `npm run local` needs it.
const { VITE_CONVEX_URL, VITE_CONVEX_SITE_URL } = import.meta.env;

/** The URL that Convex's client connects to. */
export const convexUrl: string = VITE_CONVEX_URL ?? location.origin;

/** The base URL of the HTTP actions. */
export const siteUrl: string =
  VITE_CONVEX_SITE_URL ?? convexUrl.replace(/\.convex\.cloud$/, ".convex.site");
