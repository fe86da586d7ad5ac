import type { History } from "../history/history.ts";
import { leaseRules } from "./lease.ts";
import { readerRules } from "./reader.ts";
import { requestRules } from "./request.ts";
import type { Rule, Violation } from "./rule.ts";
import { storeRules } from "./store.ts";

/** Every rule, by name. Each rule is a promise that the system makes. */
export const rules: Readonly<Record<string, Rule>> = {
  ...readerRules,
  ...requestRules,
  ...storeRules,
  ...leaseRules,
};

/**
 * Checks a history against every rule. Pure: the same history gets the same result.
 *
 * @returns the violations; empty if every promise was kept
 */
export function check(history: History): Violation[] {
  return Object.values(rules).flatMap((rule) => [...rule(history)]);
}
