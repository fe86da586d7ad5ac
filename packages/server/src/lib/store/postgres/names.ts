/** The names of the tables and the channel. */
export interface Names {
  readonly streams: string;
  readonly chunks: string;
  readonly epochs: string;
  readonly inputs: string;
  readonly tombstones: string;
  readonly versions: string;
  /** The channel of LISTEN and NOTIFY. */
  readonly channel: string;
}

const PREFIX = /^([a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]{0,39}$/;

/**
 * Makes the names that begin with `prefix`. Statements contain them as they are, so only plain
 * names are allowed.
 * @param prefix may begin with a schema: `twinstream_` or `app.twinstream_`
 * @throws TypeError if the prefix is no plain name
 */
export function namesWith(prefix: string): Names {
  if (!PREFIX.test(prefix)) {
    throw new TypeError(
      `postgresStore: \`prefix\` is ${JSON.stringify(prefix)}, but must be lower-case letters, digits and "_" (at most 40), after a schema at most: "twinstream_" or "app.twinstream_".`,
    );
  }
  return {
    streams: `${prefix}streams`,
    chunks: `${prefix}chunks`,
    epochs: `${prefix}epochs`,
    inputs: `${prefix}inputs`,
    tombstones: `${prefix}tombstones`,
    versions: `${prefix}versions`,
    channel: `${prefix}changes`.replace(".", "_"),
  };
}
