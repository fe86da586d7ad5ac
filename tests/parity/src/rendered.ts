import type { StreamBody } from "@twinstream/core";

/** The output of one binding on a server. */
export interface Rendered {
  /** The page with `initial`. */
  readonly html: string;
  /** The same id afterwards, without `initial`: kept state would show here. */
  readonly again: string;
  /** The page of a `refusedAnswer` that a server has stored, with the view `smooth`. */
  readonly failed: string;
  /** The page with `initial` and a view that adds a field. */
  readonly viewed: string;
  /** The timers that the view left when `failed` was rendered. */
  readonly timers: number;
  /** The number of requests that all renders sent. */
  readonly requests: number;
}

/** The body that the servers render, with characters that markup must escape. */
export const initial: StreamBody = { text: "Rendered <first> & 世界, ", status: "streaming" };

/** The bindings, by the names of their folders in `src`. */
export const names = ["plain", "react", "vue", "svelte", "solid"] as const;

declare module "vitest" {
  interface ProvidedContext {
    rendered: Readonly<Record<(typeof names)[number], Rendered>>;
  }
}
