import type { Generate } from "./options/generate.ts";
import type { PlatformContext } from "./options/platform-context.ts";
import type { StreamRecord, StreamSnapshot } from "./options/store.ts";

/** A server of streams: one HTTP handler, and the same steps for your own code. */
export interface Streams {
  /**
   * Answers every route of the wire, for any framework that speaks `Request` and `Response`.
   * @param context your platform's context, if it has `waitUntil`
   * @returns the response; never rejects
   * @see https://fetch.spec.whatwg.org/#response-class
   * @example export const POST = (request: Request) => streams.handler(request);
   */
  handler(request: Request, context?: PlatformContext): Promise<Response>;
  /**
   * Creates a pending stream.
   * @param options.id an id of your own: 22 to 128 of `A-Z a-z 0-9 _ -`, hard to guess. Default: 128 random bits
   * @returns the stream's id
   * @throws TypeError if the id has another form; Error if it is taken
   * @example const id = await streams.create();
   */
  create(options?: { readonly id?: string }): Promise<string>;
  /**
   * Drives a stream from a route of your own, after your own checks: `authorize` is not called.
   * Claims the stream, runs `generate`, and answers with the text as it is generated.
   * @param generate makes the text. Default: the server's
   * @param context your platform's context, if it has `waitUntil`
   * @returns the response; for an error a JSON answer as the handler's (409 if the stream was claimed
   * before); never rejects
   * @example return streams.drive(request, id, ({ append }) => append("Hello"));
   */
  drive(
    request: Request,
    id: string,
    generate?: Generate,
    context?: PlatformContext,
  ): Promise<Response>;
  /**
   * Reads all that is stored of a stream.
   * @returns the text and the record; undefined if there is no such stream
   * @example const { text } = (await streams.read(id)) ?? { text: "" };
   */
  read(id: string): Promise<StreamSnapshot | undefined>;
  /**
   * Reads a stream's status, and the length of its stored text.
   * @returns the record; undefined if there is no such stream
   * @example const running = (await streams.status(id))?.status === "streaming";
   */
  status(id: string): Promise<StreamRecord | undefined>;
  /**
   * Stops a generation on whatever server it runs, and waits up to two seconds for its end.
   * @returns the record; undefined if there is no such stream
   * @example await streams.stop(id);
   */
  stop(id: string): Promise<StreamRecord | undefined>;
  /**
   * Deletes a stream, and ends its generation.
   * @returns whether there was one
   * @example await streams.delete(id);
   */
  delete(id: string): Promise<boolean>;
  /**
   * Makes leases that ran out final, and deletes the streams that `retention.keepMs` no longer keeps.
   * The server also does it by itself, every `retention.sweepMs`.
   * @returns how many streams it changed or deleted; 0 if the store failed, which `onError` receives
   * @example setInterval(() => streams.sweep(), 60_000);
   */
  sweep(): Promise<number>;
  /**
   * Closes this server: ends its generations as `timeout` with the text that they have, and sends its
   * followers away.
   * @throws StoreTimeout if the store has not closed within `storeTimeoutMs`
   * @example process.once("SIGTERM", () => streams.close());
   */
  close(): Promise<void>;
}
