import type { History } from "../history/history.ts";

/** One broken rule. */
export interface Violation {
  readonly rule: string;
  /** The stream or the reader that broke it. */
  readonly about: string;
  readonly message: string;
  /** The time on the history's clock, if the violation has a moment. */
  readonly t?: number;
}

/** Reports each violation of one rule in a history. */
export type Rule = (history: History) => Iterable<Violation>;

/** By how many ms the store's clock and ours may differ over a run, and a producer may react late. */
export const SLACK = 150;

/** After so many ms without a byte, the runs' clients give a connection up. */
export const IDLE_TIMEOUT_MS = 1_500;

export function broken(rule: string, about: string, message: string, t?: number): Violation {
  return { rule, about, message, ...(t === undefined ? {} : { t }) };
}
