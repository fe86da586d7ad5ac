import { postDrive } from "./drive/drive.ts";
import { refusePage } from "./http/check-answer.ts";
import { type CreateOptions, postCreate } from "./http/create-stream.ts";
import { send, streamUrl } from "./http/send.ts";
import { check, type Rules } from "./options/check.ts";
import { checkClientOptions, type StreamClientOptions } from "./options/client-options.ts";
import { platform } from "./platform.ts";
import { liveTextSource } from "./sources/live-text-source.ts";
import { createStreamCache } from "./stream-cache.ts";
import type { Driver, Stop, Stream, StreamConfig, StreamOptions } from "./types.ts";

/**
 * The type of the `input` that a server's `parseInput` returns.
 * @example type Input = InputOf<typeof streams>;
 */
export type InputOf<Server> = Server extends {
  readonly "~types"?: { readonly input: infer Input };
}
  ? Input
  : unknown;

/** The streams of one page or app. */
export interface StreamClient<Input = unknown> {
  /**
   * Returns the handle of a stream: the same one for every caller, so that all share one drive
   * request. Sends nothing by itself.
   * @param id the stream's id
   * @param options whether to drive it, with what input, and what is known of it
   * @throws {TypeError} in development, if the id is empty, no string, `.` or `..`, or an option is unknown or
   *   wrong: the message names it and its value
   */
  stream(id: string, options?: StreamOptions<Input>): Stream;
  /**
   * Makes a stream on the client's server, by `POST {url}` with the client's headers. To make and
   * drive it by one request instead, pass `newStreamId()` and `create: true` to `stream`.
   * @param options an id of your own, tags, and a signal that aborts the request
   * @returns the stream's id. The promise rejects with a StreamError: `rejected` if the id is taken or
   *   the options are wrong, `not_found` if a stream of this id was deleted, `unauthorized`,
   *   `network`, `server`, or `protocol` if the answer has no id. A request that was aborted rejects
   *   with the signal's reason.
   * @example const id = await client.create({ tags: ["chat:7"] });
   */
  create(options?: CreateOptions): Promise<string>;
}

/**
 * Makes the client that drives and follows streams. Its type parameter is the type of your server's
 * streams, which gives `input` its type.
 * @param options give `url`, or `source` and what else you need
 * @returns the client; one for a page or app
 * @throws {TypeError} if neither `url` nor `source` is given, or an option is unknown or wrong
 * @example
 * const client = createStreamClient({ url: "/api/streams" });
 * const stream = client.stream(id, { driven: true, input: { prompt: "Hello" } });
 * stream.subscribe(({ text, status }) => { output.textContent = text; });
 */
export function createStreamClient<Server = unknown>(
  options: StreamClientOptions = {},
): StreamClient<InputOf<Server>> {
  checkClientOptions(options);
  const { headers, credentials, fetch, share, source = liveTextSource } = options;
  const url = options.url && String(options.url).replace(/\/$/, "");
  const context = {
    url,
    headers: async () => new Headers(typeof headers === "function" ? await headers() : headers),
    credentials,
    // Looked up at each call, and called without a `this`.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    platform: options.platform ?? platform,
  } satisfies StreamConfig["context"];
  const transports = { drive: toDriver(options.drive), source };
  const stream = createStreamCache({
    ...options,
    ...(share ? share(transports) : transports),
    stop: options.stop ?? postStop,
    idleTimeoutMs: options.idleTimeoutMs ?? 45_000,
    context,
  });
  return {
    stream,
    create: (options = {}) => {
      if (process.env.NODE_ENV !== "production") check("client.create", options, CREATE);
      return postCreate(context, options);
    },
  };
}

const CREATE = {
  id: "a string",
  tags: "an array",
  signal: "an AbortSignal object",
} satisfies Rules<keyof CreateOptions>;

function toDriver(drive: StreamClientOptions["drive"]): Driver {
  if (!drive) return postDrive();
  if (typeof drive === "object" && !("href" in drive)) return drive;
  return postDrive({ url: () => drive, body: ({ id }) => ({ streamId: id }) });
}

const postStop: Stop = async (request) =>
  refusePage(await send(request, `${streamUrl(request)}/stop`, { method: "POST" }));
