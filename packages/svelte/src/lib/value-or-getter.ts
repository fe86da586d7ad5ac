/** A value, or a function that returns it, which may read runes. */
export type ValueOrGetter<T> = T | (() => T);

/** The value itself, or what its function returns now. */
export function toValue<T extends object | string | null | undefined>(value: ValueOrGetter<T>): T {
  return typeof value === "function" ? value() : value;
}
