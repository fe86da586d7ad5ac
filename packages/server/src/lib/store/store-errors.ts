// The errors that a store has thrown. The application receives them as they are; requests are
// answered with 503 or 500.
const storeErrors = new WeakSet<object>();

// Errors that waiting does not help: wrong statements, rights and passwords.
// Postgres: classes of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
const LASTING_CODE = /^(22|23|28|3D|42)\w{3}$/;
// Redis: the first word of an error, https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
const LASTING_MESSAGE = /^(ERR (?!max )|NOAUTH|NOPERM|WRONGPASS|WRONGTYPE)/;

/** Remembers `error` as the store's, and returns it. */
export function asStoreError<E>(error: E): E {
  if (typeof error === "object" && error !== null) storeErrors.add(error);
  return error;
}

/** Waits for a step of the store, and remembers its error as the store's. */
export async function storeStep<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw asStoreError(error);
  }
}

/** Whether the store threw `error`, and the error may pass: asking again may help. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error) || !storeErrors.has(error)) return false;
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const { code } = error as { code?: unknown };
  return !LASTING_CODE.test(String(code)) && !LASTING_MESSAGE.test(error.message);
}
