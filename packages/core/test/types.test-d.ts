// What an app may rely on, read by tsc here and again in a fresh project, from the packed tarball.
import {
  bodyOf,
  createStreamClient,
  type InputOf,
  isTerminal,
  newStreamId,
  type Source,
  type StreamBody,
  type StreamClient,
  type StreamDelta,
  type StreamError,
  type StreamReason,
  type StreamStatus,
} from "@twinstream/core";
import { expectTypeOf } from "expect-type";

export async function types(source: Source): Promise<void> {
  const client = createStreamClient({
    url: "/api/streams",
    headers: async () => ({ authorization: "Bearer token" }),
    throttleMs: 50,
  });
  createStreamClient({ source, url: new URL("https://example.com") });
  // @ts-expect-error: throttleMs is milliseconds
  createStreamClient({ url: "/api/streams", throttleMs: "second" });
  // @ts-expect-error: there is no such option
  createStreamClient({ url: "/api/streams", header: {} });

  const stream = client.stream("id", { driven: true, input: { prompt: "Hello" } });
  client.stream("id", { initial: { text: "So far", status: "streaming", offset: 6 } });
  // @ts-expect-error: an id is a string
  client.stream(undefined);
  // @ts-expect-error: there is no such status
  client.stream("id", { initial: { text: "", status: "open" } });

  expectTypeOf(stream.snapshot()).toEqualTypeOf<StreamBody>();
  expectTypeOf(stream.$body.get()).toEqualTypeOf<StreamBody>();
  expectTypeOf(await stream.finished).toEqualTypeOf<StreamBody>();
  expectTypeOf(stream.stop()).toEqualTypeOf<Promise<void>>();
  expectTypeOf(stream.start()).toEqualTypeOf<void>();
  expectTypeOf(
    stream.subscribe((body) => expectTypeOf(body).toEqualTypeOf<StreamBody>()),
  ).toEqualTypeOf<() => void>();

  expectTypeOf(stream.retry()).toEqualTypeOf<void>();
  for await (const piece of stream.deltas({ signal: AbortSignal.timeout(1000) })) {
    expectTypeOf(piece).toEqualTypeOf<StreamDelta>();
  }

  expectTypeOf(client.create()).toEqualTypeOf<Promise<string>>();
  client.create({ id: newStreamId(), tags: ["chat:7"], signal: AbortSignal.timeout(1000) });
  // @ts-expect-error: tags are strings
  client.create({ tags: [7] });
  client.stream(newStreamId(), { driven: true, create: { tags: ["chat:7"] } });
  client.stream(newStreamId(), { driven: true, create: true });

  const { status, error, reason } = stream.snapshot();
  expectTypeOf(reason).toEqualTypeOf<StreamReason | undefined>();
  expectTypeOf(error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf(status).toEqualTypeOf<StreamStatus>();
  if (isTerminal(status)) {
    expectTypeOf(status).toEqualTypeOf<"done" | "stopped" | "error" | "timeout">();
  } else {
    expectTypeOf(status).toEqualTypeOf<"pending" | "streaming">();
  }
}

/** The type of a server's streams, as far as a client reads it. */
interface Server {
  readonly "~types"?: { readonly input: { prompt: string }; readonly context: { user: string } };
  read(id: string): Promise<Read | undefined>;
}

/** What a server's `read` returns. */
interface Read {
  readonly text: string;
  readonly status: StreamStatus;
  readonly length: number;
  readonly error?: string;
  readonly errorMessage?: string;
  readonly reason?: string;
}

export async function server(streams: Server): Promise<void> {
  const client = createStreamClient<typeof streams>({ url: "/api/streams" });
  expectTypeOf(client).toEqualTypeOf<StreamClient<{ prompt: string }>>();
  expectTypeOf<InputOf<Server>>().toEqualTypeOf<{ prompt: string }>();
  expectTypeOf<InputOf<{ handler: () => void }>>().toEqualTypeOf<unknown>();
  client.stream("id", { input: { prompt: "Hello" } });
  // @ts-expect-error: the server's parseInput takes a prompt
  client.stream("id", { input: { question: "Hello" } });
  // @ts-expect-error: a string is no prompt
  client.stream("id", { input: "Hello" });
  // Without a server's type, any input passes.
  expectTypeOf(createStreamClient({ url: "/" })).toEqualTypeOf<StreamClient<unknown>>();
  // A client of one server's passes for one of any.
  expectTypeOf(client).toExtend<StreamClient>();

  const initial = await streams.read("id");
  client.stream("id", { initial });
  expectTypeOf(bodyOf(initial)).toEqualTypeOf<StreamBody>();
}
