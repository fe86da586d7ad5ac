// `npx convex dev` writes these into .env.local. Without them the page talks to where it came
// from, which is right for `npm run local`.
const { VITE_CONVEX_URL, VITE_CONVEX_SITE_URL } = import.meta.env;

/** Where Convex's client connects. */
export const convexUrl: string = VITE_CONVEX_URL ?? location.origin;

/** Where HTTP actions are. */
export const siteUrl: string =
  VITE_CONVEX_SITE_URL ?? convexUrl.replace(/\.convex\.cloud$/, ".convex.site");
