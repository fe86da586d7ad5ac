import type { Generate } from "./options/generate.ts";
import type { PlatformContext } from "./options/platform-context.ts";
import type { StreamRecord, StreamSnapshot } from "./options/store.ts";

/** A server of streams: one HTTP handler, and the same steps for your own code. */
export interface Streams {
  /** Answers every route of the wire, for any framework that speaks `Request` and `Response`. Never rejects. */
  handler(request: Request, context?: PlatformContext): Promise<Response>;
  /**
   * Creates a pending stream; resolves with its id. Rejects where an id that was given is taken.
   * @param options.id an id of your own: 22 to 128 of `A-Z a-z 0-9 _ -`, and hard to guess
   */
  create(options?: { readonly id?: string }): Promise<string>;
  /**
   * Drives a stream from a route of your own, after your own checks: claims it, runs `generate`
   * (by default the server's), and answers with the text as it is generated; or with a JSON error,
   * as the handler would (409 where it was claimed before). `authorize` is not asked.
   */
  drive(
    request: Request,
    id: string,
    generate?: Generate,
    context?: PlatformContext,
  ): Promise<Response>;
  /** All that is stored; undefined where there is no such stream. */
  read(id: string): Promise<StreamSnapshot | undefined>;
  /** Where a stream stands; undefined where there is no such stream. */
  status(id: string): Promise<StreamRecord | undefined>;
  /** Ends a generation wherever it runs, and waits up to two seconds for its end. Undefined where there is no such stream. */
  stop(id: string): Promise<StreamRecord | undefined>;
  /** Deletes a stream, and ends its generation. False where there was none. */
  delete(id: string): Promise<boolean>;
  /** Makes run-out leases final and deletes what `retention.keepMs` no longer keeps. Runs by itself, too. */
  sweep(): Promise<number>;
  /**
   * Ends this server: its generations are cut off with what they have (`timeout`), its followers sent
   * away. Rejects where the store has not closed within `storeTimeoutMs`.
   */
  close(): Promise<void>;
}
