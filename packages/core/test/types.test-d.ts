// What an app may rely on, read by tsc here and again in a fresh project, from the packed tarball.
import {
  createStreamClient,
  isTerminal,
  type Source,
  type StreamBody,
  type StreamError,
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

  const { status, error } = stream.snapshot();
  expectTypeOf(error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf(status).toEqualTypeOf<StreamStatus>();
  if (isTerminal(status)) {
    expectTypeOf(status).toEqualTypeOf<"done" | "stopped" | "error" | "timeout">();
  } else {
    expectTypeOf(status).toEqualTypeOf<"pending" | "streaming">();
  }
}
