/**
 * Names the type of a value, for an error message.
 * @example typeName([]) // "an array"
 */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
