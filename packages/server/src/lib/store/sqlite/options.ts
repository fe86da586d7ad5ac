import { typeName } from "../../util/type-name.ts";

/** Options of `sqliteStore`. */
export interface SqliteStoreOptions {
  /**
   * The database's file. SQLite creates it if it does not exist; its folder must exist.
   * `":memory:"` needs no file: the streams are gone with the process.
   */
  readonly path: string;
  /**
   * What a loss of power may cost. With `normal`, the default, the writes of the last moments. With
   * `full`, nothing that was written; each transaction then costs a sync. A crash of the process
   * costs nothing with either.
   * @see https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly synchronous?: "normal" | "full";
  /**
   * How often the store looks for changes of other processes while a stream is watched, in ms, from
   * 1 to 2,147,483,647. Default 100.
   */
  readonly pollMs?: number;
  /** The clock, in ms since 1970; for tests. Processes that share a file must agree on it. */
  readonly now?: () => number;
}

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError if an option is invalid
 */
export function resolveOptions(options: SqliteStoreOptions): Required<SqliteStoreOptions> {
  const { path, synchronous = "normal", pollMs = 100, now = Date.now } = options ?? {};
  need("path", path, typeof path === "string" && path !== "", 'a file, or ":memory:"');
  const modes = ["normal", "full"];
  need("synchronous", synchronous, modes.includes(synchronous), '"normal" or "full"');
  const inRange = typeof pollMs === "number" && pollMs >= 1 && pollMs < 2 ** 31;
  need("pollMs", pollMs, inRange, "a number from 1 to 2147483647, in ms");
  need("now", now, typeof now === "function", "a function");
  return { path, synchronous, pollMs, now };
}

function need(name: string, value: unknown, ok: boolean, hint: string): void {
  if (ok) return;
  const seen =
    typeof value === "string" || typeof value === "number"
      ? JSON.stringify(value)
      : typeName(value);
  throw new TypeError(`sqliteStore: \`${name}\` must be ${hint}, but is ${seen}.`);
}
