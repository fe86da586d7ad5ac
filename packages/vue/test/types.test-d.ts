// The types that an app may rely on. tsc checks them here, and in a fresh project with the packed tarball.
import {
  createStreamClient,
  provideStreamClient,
  type StreamError,
  type StreamStatus,
  streamPlugin,
  type UseStreamResult,
  useStream,
} from "@twinstream/vue";
import { expectTypeOf } from "expect-type";
import { type ComputedRef, createApp, ref } from "vue";

export function types(): void {
  const client = createStreamClient({ url: "/api/streams" });
  createApp({}).use(streamPlugin, client);
  provideStreamClient(client);

  const stream = useStream("id", { driven: true, input: { prompt: "Hello" }, client });
  expectTypeOf(stream).toEqualTypeOf<UseStreamResult>();
  expectTypeOf(stream.text).toEqualTypeOf<ComputedRef<string>>();
  expectTypeOf(stream.status).toEqualTypeOf<ComputedRef<StreamStatus>>();
  expectTypeOf(stream.error).toEqualTypeOf<ComputedRef<StreamError | undefined>>();
  expectTypeOf(stream.stop).toEqualTypeOf<() => Promise<void>>();
  expectTypeOf(stream.start).toEqualTypeOf<() => void>();

  useStream(undefined);
  useStream(ref<string>());
  useStream(
    () => null,
    () => ({ initial: { text: "So far", status: "streaming" } }),
  );
  // @ts-expect-error: an id is a string
  useStream(ref(1));
  // @ts-expect-error: there is no such option
  useStream("id", { drive: true });
  // @ts-expect-error: text is read only
  stream.text.value = "";
}
