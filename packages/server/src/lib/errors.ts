import type { StreamRecord } from "./options/store.ts";

// What the flows and the stores throw for reasons that a caller can act on. `http/` turns each into
// an answer; every other error is a bug or the store's.

/** There is no such stream, or none that this caller may know of. */
export class NotFound extends Error {
  override readonly name = "NotFound";

  constructor() {
    super("There is no such stream. Check the id: it may be wrong, or the stream was deleted.");
  }
}

/** There was such a stream, and it was deleted. */
export class Deleted extends Error {
  override readonly name = "Deleted";

  constructor() {
    super("The stream was deleted. Make a new one, with another id.");
  }
}

/** There is a stream of this id already. */
export class IdTaken extends Error {
  override readonly name = "IdTaken";

  constructor(id: string) {
    super(`There is a stream "${id}" already: give another id, or none.`);
  }
}

/** The stream was driven before, or has ended. */
export class AlreadyClaimed extends Error {
  override readonly name = "AlreadyClaimed";
  readonly record: StreamRecord;

  constructor(record: StreamRecord) {
    super(
      `The stream was driven before, or has ended (its status is "${record.status}"): read it instead.`,
    );
    this.record = record;
  }
}

/** This process generates as many streams as `limits.streams` allows, or it is closing. */
export class TooManyGenerations extends Error {
  override readonly name = "TooManyGenerations";
  /** Undefined if the stream was still to be made. */
  readonly record: StreamRecord | undefined;

  constructor(record: StreamRecord | undefined) {
    super("The server generates as many streams as it may: try again in 2 seconds.");
    this.record = record;
  }
}

/** The stream, or this process, has as many followers as `limits` allows. */
export class TooManyFollowers extends Error {
  override readonly name = "TooManyFollowers";

  constructor() {
    super("Too many are following this stream or this server: try again in 5 seconds.");
  }
}

/** The store has not answered in time. */
export class StoreTimeout extends Error {
  override readonly name = "StoreTimeout";

  constructor(ms: number) {
    super(
      `The store has not answered for ${ms} ms. Is its database overloaded or out of reach? \`storeTimeoutMs\` sets the limit.`,
    );
  }
}
