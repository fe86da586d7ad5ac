import type { StreamBody } from "@twinstream/core";

/** What each binding rendered on a server, before any browser was there. */
export interface Rendered {
  /** The page with `initial`, by the name of the binding. */
  readonly html: string;
  /** The same id afterwards, without `initial`: what was kept would show. */
  readonly again: string;
  /** How many requests the two renders sent. */
  readonly requests: number;
}

/** The body that servers render, with characters that markup must escape. */
export const initial: StreamBody = { text: "Rendered <first> & 世界, ", status: "streaming" };

/** The bindings, as the folders of `src` are called. */
export const names = ["plain", "react", "vue", "svelte", "solid"] as const;

declare module "vitest" {
  interface ProvidedContext {
    rendered: Readonly<Record<(typeof names)[number], Rendered>>;
  }
}
