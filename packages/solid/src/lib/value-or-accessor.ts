import type { Accessor } from "solid-js";

/** A value, or an accessor of it. */
export type ValueOrAccessor<T> = T | Accessor<T>;

/** The value itself, or its accessor's value now. */
export function toValue<T extends object | string | null | undefined>(
  value: ValueOrAccessor<T>,
): T {
  return typeof value === "function" ? value() : value;
}
