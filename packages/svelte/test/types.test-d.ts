// The types that an app may rely on. tsc checks them here, and in a fresh project with the packed tarball.
import { smooth } from "@twinstream/core/smooth";
import {
  createStreamClient,
  type StreamBody,
  type StreamError,
  type StreamReason,
  type StreamStatus,
  type StreamView,
  setStreamClient,
  type UseStreamOptions,
  type UseStreamResult,
  useStream,
} from "@twinstream/svelte";
import { expectTypeOf } from "expect-type";
import { get, type Readable } from "svelte/store";

/** The types of a server whose `parseInput` returns a prompt. */
interface Server {
  readonly "~types"?: { readonly input: { prompt: string }; readonly context: unknown };
}
declare const words: StreamView<{ words: string[]; text: number }>;

export function types(): void {
  const client = createStreamClient({ url: "/api/streams" });
  const stream = useStream("id", {
    driven: true,
    create: true,
    input: { prompt: "Hello" },
    client,
  });
  expectTypeOf(stream).toEqualTypeOf<UseStreamResult>();
  expectTypeOf(stream.text).toEqualTypeOf<string>();
  expectTypeOf(stream.status).toEqualTypeOf<StreamStatus>();
  expectTypeOf(stream.error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf(stream.reason).toEqualTypeOf<StreamReason | undefined>();
  expectTypeOf(stream.stop).toEqualTypeOf<() => Promise<void>>();
  expectTypeOf(stream.start).toEqualTypeOf<() => void>();
  expectTypeOf(stream.retry).toEqualTypeOf<() => void>();
  expectTypeOf(get(stream).text).toEqualTypeOf<string>();
  expectTypeOf(stream).toExtend<Readable<Omit<UseStreamResult, "subscribe">>>();

  useStream(undefined);
  useStream(
    () => null,
    () => ({ initial: { text: "So far", status: "streaming" } }),
  );
  useStream("id", {
    initial: { text: "So", status: "error", error: "quota", errorMessage: "No." },
  });
  // @ts-expect-error: an id is a string
  useStream(() => 1);
  // @ts-expect-error: there is no such option
  useStream("id", { drive: true });
  // @ts-expect-error: text is read only
  stream.text = "";

  // A view's fields are added to the body's, or take their place.
  expectTypeOf(useStream("id", { view: smooth }).text).toEqualTypeOf<string>();
  expectTypeOf(useStream("id", { view: smooth }).retry).toEqualTypeOf<() => void>();
  const paced = useStream("id", () => ({ view: ($body) => smooth($body, { lagMs: 100 }) }));
  expectTypeOf(paced.error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf<typeof smooth>().toExtend<StreamView<StreamBody>>();
  const viewed = useStream("id", { view: words, client });
  expectTypeOf(viewed.words).toEqualTypeOf<string[]>();
  expectTypeOf(get(viewed).words).toEqualTypeOf<string[]>();
  expectTypeOf(viewed.text).toEqualTypeOf<number>();
  expectTypeOf(viewed.status).toEqualTypeOf<StreamStatus>();
  // @ts-expect-error: a view returns a store
  useStream("id", { view: () => ({ words: [] }) });

  // The input has the type of the server's, by the function's own parameter or by the client's.
  useStream<Server>("id", { driven: true, input: { prompt: "Hello" }, view: smooth });
  // @ts-expect-error: the server wants a prompt
  useStream<Server>("id", { driven: true, input: { question: "Hello" } });
  const typed = createStreamClient<Server>({ url: "/api/streams" });
  useStream("id", { client: typed, input: { prompt: "Hello" } });
  // @ts-expect-error: the server wants a prompt
  useStream("id", { client: typed, input: { prompt: 1 } });
  expectTypeOf<UseStreamOptions["input"]>().toEqualTypeOf<unknown>();

  // A client, or the options of one, for it to make.
  setStreamClient(typed);
  setStreamClient({ url: "/api/streams" });
  setStreamClient(() => ({ url: "/api/streams", headers: { authorization: "token" } }));
  // @ts-expect-error: there is no such option
  setStreamClient({ url: "/api/streams", header: {} });
}
