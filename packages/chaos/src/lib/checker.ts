import type { History } from "./history.ts";
import { readerRules } from "./reader-rules.ts";
import { storeRules } from "./store-rules.ts";

/** One broken promise. */
export interface Violation {
  readonly rule: string;
  /** The stream or the reader that it is about. */
  readonly about: string;
  readonly message: string;
  /** When, on the history's clock, where it has a moment. */
  readonly t?: number;
}

/** Reports what a history breaks of one promise. */
export type Rule = (history: History) => Iterable<Violation>;

/** Every promise, by name. */
export const rules: Readonly<Record<string, Rule>> = { ...readerRules, ...storeRules };

/**
 * Checks a history against every rule. Pure: the same history gets the same verdict.
 * @returns what it breaks; empty where all promises were kept
 */
export function check(history: History): Violation[] {
  return Object.values(rules).flatMap((rule) => [...rule(history)]);
}
