/** The longest time that timers can count, in ms: about 24 days. */
export const LONGEST_MS = 2 ** 31 - 1;

/** Names of earlier releases, and what they became. */
const RENAMED: { readonly [name: string]: string } = { lease: "leaseMs" };

/**
 * Checks an option.
 * @param rule completes "must", and says what to do
 * @throws TypeError with the option's name, the rule and the value if `ok` is false
 */
export function check(name: string, value: unknown, ok: boolean, rule: string): void {
  if (ok) return;
  throw new TypeError(`createStreamServer: \`${name}\` must ${rule}, but is ${shown(value)}.`);
}

/**
 * Checks that an option is given.
 * @param hint what to pass
 * @throws TypeError with the option's name and the hint if the value is null or undefined
 */
export function checkGiven(name: string, value: unknown, hint: string): void {
  if (value !== undefined && value !== null) return;
  throw new TypeError(`createStreamServer: \`${name}\` is required: ${hint}.`);
}

/** The range of a number. */
export interface Range {
  readonly least?: number;
  /** A greater number is lowered to this one. */
  readonly most?: number;
}

/**
 * Checks a number.
 * @returns the number, or `fallback` if it is undefined
 * @throws TypeError if it is no number, or less than the least
 */
export function checkNumber(
  name: string,
  value: unknown,
  fallback: number,
  { least = 0, most = LONGEST_MS }: Range = {},
): number {
  const number = value === undefined ? fallback : value;
  const ok = typeof number === "number" && number >= least;
  check(name, value, ok, `be a number from ${least} on`);
  return Math.min(number as number, most);
}

/**
 * Checks options that are functions, or undefined.
 * @throws TypeError if one is anything else
 */
export function checkFunctions<T extends object>(options: T, ...names: (keyof T & string)[]): void {
  for (const name of names) {
    const value = options[name];
    check(name, value, value === undefined || typeof value === "function", "be a function");
  }
}

/**
 * Checks that every option is known.
 * @param prefix the path of the object: "" or `flush.`
 * @param of what has the options
 * @throws TypeError if one is not
 */
export function checkNames(
  prefix: string,
  options: object,
  known: readonly string[],
  of = "createStreamServer",
): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    if (RENAMED[key] && known.includes(RENAMED[key])) {
      throw new TypeError(
        `${of} has no option \`${prefix}${key}\`: its name is \`${prefix}${RENAMED[key]}\` now.`,
      );
    }
    const all = known.map((name) => `\`${prefix}${name}\``).join(", ");
    throw new TypeError(`${of} has no option \`${prefix}${key}\`. Its options are ${all}.`);
  }
}

/**
 * Checks an object of options that all have defaults.
 * @param most the highest value of its numbers
 * @returns the defaults, with the given options in their place
 * @throws TypeError if it is no object, names an unknown option, or has something else for a number
 */
export function withDefaults<T extends object>(
  name: string,
  defaults: T,
  given: Partial<T> | undefined,
  most: number,
): T {
  if (given === undefined) return defaults;
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  check(name, given, isObject, "be an object");
  checkNames(`${name}.`, given, Object.keys(defaults));
  const all = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const fallback = all[key];
    all[key] =
      typeof fallback === "number"
        ? checkNumber(`${name}.${key}`, value, fallback, { most })
        : value;
  }
  return all as T;
}

/** A value as an error message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
