import type { GenerateContext } from "./options/generate.ts";
import type { PlatformContext } from "./options/platform-context.ts";
import type { NewStream, StreamRecord, StreamSnapshot } from "./options/store.ts";
import type { NewStreamOptions } from "./store/new-stream.ts";

/** How `streams.drive` drives a stream. */
export interface DriveOptions<Input = unknown, Context = unknown> extends PlatformContext {
  readonly id: string;
  /** Makes the text. Default: the server's `generate`. */
  generate?(context: GenerateContext<Input, Context>): unknown;
  /**
   * The input that `generate` receives, as it is: `parseInput` is not called, and the request's body
   * is not read. Default: the body's JSON, by way of `parseInput`; undefined if you have read the body.
   */
  readonly input?: Input;
  /** Makes the stream if it is not there and was not deleted, perhaps with tags. Default: false. */
  readonly create?: boolean | NewStream;
  /** What `generate` and `onFinish` receive as their `context`. Default: undefined. */
  readonly context?: Context;
}

/**
 * A server of streams: one HTTP handler, and the same steps for your own code. Its type parameters are
 * those of the `input` and the `context` that `generate` receives.
 */
export interface Streams<Input = unknown, Context = unknown> {
  /**
   * Only a type, for the client: `createStreamClient<typeof streams>()` types its `input` by it. There
   * is no such member at run time.
   */
  readonly "~types"?: { readonly input: Input; readonly context: Context };
  /**
   * Answers every route of the wire, for any framework that speaks `Request` and `Response`.
   * @param platform your platform's context, if it has `waitUntil`
   * @returns the response; never rejects
   * @see https://fetch.spec.whatwg.org/#response-class
   * @example export const POST = (request: Request) => streams.handler(request);
   */
  handler(request: Request, platform?: PlatformContext): Promise<Response>;
  /**
   * Creates a pending stream.
   * @param options.id an id of your own: 22 to 128 of `A-Z a-z 0-9 _ -`, hard to guess. Default: 128 random bits
   * @param options.tags your own names for it, such as `chat:7`: up to 16, of 1 to 128 characters. Default: none
   * @returns the stream's id
   * @throws TypeError if the id or a tag has another form; Error if the id is taken
   * @example const id = await streams.create({ tags: ["chat:7"] });
   */
  create(options?: NewStreamOptions): Promise<string>;
  /**
   * Drives a stream from a route of your own, after your own checks: `authorize` is not called.
   * Claims the stream, runs `generate`, and answers with the text as it is generated.
   * @param options.id the stream's id
   * @param options.generate makes the text. Default: the server's
   * @param options.input what `generate` receives, if you have read the body. Default: the body, by `parseInput`
   * @param options.create makes the stream if it is not there. Default: false
   * @param options.context what `generate` and `onFinish` receive of your checks. Default: undefined
   * @param options.waitUntil keeps a serverless function alive. Default: the server's
   * @returns the response; for an error a JSON answer as the handler's (409 if the stream was claimed
   * before, 410 if it was deleted); never rejects
   * @throws TypeError if an option is unknown or wrong
   * @example return streams.drive(request, { id, generate: ({ append }) => append("Hello") });
   */
  drive(request: Request, options: DriveOptions<Input, Context>): Promise<Response>;
  /**
   * Answers a read (GET or HEAD) in a route of your own, after your own checks: `authorize` is not
   * called. The query is the handler's: `offset`, `live`.
   * @param options.id the stream's id
   * @returns the response; for an error a JSON answer as the handler's; never rejects
   * @throws TypeError if an option is unknown or wrong
   * @example return streams.follow(request, { id });
   */
  follow(request: Request, options: { readonly id: string }): Promise<Response>;
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
   * Deletes a stream, and ends its generation. For a day, a drive that would make it again is
   * answered with 410.
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
   * Closes this server: ends its generations as `timeout`, for the reason `deploy`, with the text that
   * they have, and sends its followers away.
   * @throws StoreTimeout if the store has not closed within `storeTimeoutMs`
   * @example process.once("SIGTERM", () => streams.close());
   */
  close(): Promise<void>;
}
