// The types that an app may rely on. tsc checks them here, and in a fresh project with the packed tarball.
import {
  createStreamClient,
  type StreamError,
  type StreamStatus,
  type StreamView,
  setStreamClient,
  type UseStreamResult,
  useStream,
} from "@twinstream/svelte";
import { expectTypeOf } from "expect-type";
import { get, type Readable } from "svelte/store";

export function types(): void {
  const client = createStreamClient({ url: "/api/streams" });
  setStreamClient(client);

  const stream = useStream("id", { driven: true, input: { prompt: "Hello" }, client });
  expectTypeOf(stream).toEqualTypeOf<UseStreamResult>();
  expectTypeOf(stream.text).toEqualTypeOf<string>();
  expectTypeOf(stream.status).toEqualTypeOf<StreamStatus>();
  expectTypeOf(stream.error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf(stream.stop).toEqualTypeOf<() => Promise<void>>();
  expectTypeOf(stream.start).toEqualTypeOf<() => void>();
  expectTypeOf(stream).toExtend<Readable<StreamView>>();
  expectTypeOf(get(stream)).toEqualTypeOf<StreamView>();

  useStream(undefined);
  useStream(
    () => null,
    () => ({ initial: { text: "So far", status: "streaming" } }),
  );
  // @ts-expect-error: an id is a string
  useStream(() => 1);
  // @ts-expect-error: there is no such option
  useStream("id", { drive: true });
  // @ts-expect-error: text is read only
  stream.text = "";
}
