import type { History } from "../history/history.ts";

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

/** By how much the store's clock and ours may differ over a run, and a producer may react late, in ms. */
export const SLACK = 150;

export function broken(rule: string, about: string, message: string, t?: number): Violation {
  return { rule, about, message, ...(t === undefined ? {} : { t }) };
}
