import { StreamError } from "../errors.ts";

/**
 * What each option must be, in words that have the word of its kind in them. An empty rule is kept
 * by any value.
 */
export type Rules<Names extends PropertyKey = string> = { readonly [Name in Names]: string };

// The longest time that timers can count, in milliseconds: about 24 days. They take a longer one for 0.
const TO_LONGEST = " to 2147483647";
export const FROM_0 = `a number from 0${TO_LONGEST}`;
export const FROM_1 = `a number from 1${TO_LONGEST}`;

/** The word of a value's kind. */
function kindOf(value: unknown): string {
  if (value instanceof StreamError) return "StreamError";
  if (typeof value === "number") {
    return value >= 0 && value < 2 ** 31 ? (value < 1 ? FROM_0 : TO_LONGEST) : "NaN";
  }
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

/** A value, as messages show it. */
export const shown = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : String(value);

/**
 * Checks options by name. An option that is undefined is not given.
 * @param of whose options they are, for the message
 * @throws {TypeError} if one is not in the rules, or breaks its rule: it names the option, the value,
 *   and what to do
 */
export function check(of: string, options: object, rules: Rules): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(name in rules)) {
      throw new TypeError(
        `${of} has no option \`${name}\`. It has ${Object.keys(rules).join(", ")}.`,
      );
    }
    const rule = rules[name];
    if (rule && value !== undefined && !rule.includes(kindOf(value))) {
      throw new TypeError(`${of}: \`${name}\` is ${shown(value)}, but must be ${rule}.`);
    }
  }
}
