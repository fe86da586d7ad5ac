import { StreamError } from "./errors.ts";

/** Says, for each option, what it must be, in the words of `kindOf`. */
export type Rules<Names extends PropertyKey = string> = { readonly [Name in Names]: string };

// The longest time that timers can count, in milliseconds: about 24 days. They take a longer one for 0.
const TO_LONGEST = " to 2147483647";
export const FROM_0 = `number from 0${TO_LONGEST}`;
export const FROM_1 = `number from 1${TO_LONGEST}`;

/** The word for a value that is in the rules that it keeps. */
function kindOf(value: unknown): string {
  if (value instanceof StreamError) return "StreamError";
  if (typeof value !== "number") return value === null ? "null" : typeof value;
  return value >= 0 && value < 2 ** 31 ? (value < 1 ? FROM_0 : TO_LONGEST) : "NaN";
}

/** A value, as messages show it. */
export const shown = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : String(value);

/**
 * Checks options by name. An option that is undefined is not given.
 * @param of whose options they are, for the message
 * @param rules what each must be; a value keeps a rule that has the word of its kind
 * @throws {TypeError} if an option is unknown or wrong; it names the option, the value, and what to do
 */
export function check(of: string, options: object, rules: Rules): void {
  for (const [name, value] of Object.entries(options)) {
    const rule = rules[name];
    if (!rule) {
      throw new TypeError(`${of} has no option \`${name}\`, but ${Object.keys(rules).join(", ")}.`);
    }
    if (value !== undefined && !rule.includes(kindOf(value))) {
      throw new TypeError(`${of}: \`${name}\` is ${shown(value)}, but must be a ${rule}.`);
    }
  }
}
