/** Timers count no further: some 24 days. */
export const LONGEST_MS = 2 ** 31 - 1;

const where = "createStreamServer:";

/** Throws a TypeError that names the option, where `ok` is false. */
export function need(name: string, ok: boolean, hint: string): void {
  if (!ok) throw new TypeError(`${where} \`${name}\` ${hint}`);
}

/** `value`, a number from `least` on, `fallback` where it was left out; at most `most`. */
export function numberOf(
  name: string,
  value: unknown,
  fallback: number,
  least = 0,
  most: number = LONGEST_MS,
): number {
  const number = value ?? fallback;
  const ok = typeof number === "number" && number >= least;
  need(name, ok, `must be a number from ${least} on, and is ${JSON.stringify(value)}.`);
  return Math.min(number as number, most);
}

/** Functions, or left out. */
export function functions<T extends object>(options: T, ...names: (keyof T & string)[]): void {
  for (const name of names) {
    const value = options[name];
    need(name, value === undefined || typeof value === "function", "must be a function.");
  }
}

/** Names nothing that is not in `known`. */
export function knownKeys(prefix: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const all = known.map((name) => `\`${prefix}${name}\``).join(", ");
    throw new TypeError(`${where} there is no option \`${prefix}${key}\`; there are ${all}.`);
  }
}

/** `given` over `defaults`; numbers must be numbers, from 0 on, and are at most `most`. */
export function merged<T extends object>(
  name: string,
  defaults: T,
  given: Partial<T> | undefined,
  most: number,
): T {
  if (given === undefined) return defaults;
  need(name, typeof given === "object" && given !== null, "must be an object.");
  knownKeys(`${name}.`, given, Object.keys(defaults));
  const all = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const fallback = all[key];
    all[key] =
      typeof fallback === "number" ? numberOf(`${name}.${key}`, value, fallback, 0, most) : value;
  }
  return all as T;
}
