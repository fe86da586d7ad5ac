// The types that an app may rely on. tsc checks them here, and in a fresh project with the packed tarball.
import {
  createStreamClient,
  type StreamError,
  StreamProvider,
  type StreamStatus,
  type UseStreamResult,
  useStream,
} from "@twinstream/solid";
import { expectTypeOf } from "expect-type";
import { type Accessor, createComponent, createSignal } from "solid-js";

export function Types() {
  const client = createStreamClient({ url: "/api/streams" });
  const stream = useStream("id", { driven: true, input: { prompt: "Hello" }, client });
  expectTypeOf(stream).toEqualTypeOf<UseStreamResult>();
  expectTypeOf(stream.text).toEqualTypeOf<Accessor<string>>();
  expectTypeOf(stream.status).toEqualTypeOf<Accessor<StreamStatus>>();
  expectTypeOf(stream.error).toEqualTypeOf<Accessor<StreamError | undefined>>();
  expectTypeOf(stream.stop).toEqualTypeOf<() => Promise<void>>();
  expectTypeOf(stream.start).toEqualTypeOf<() => void>();

  const [id] = createSignal<string>();
  useStream(id);
  useStream(
    () => null,
    () => ({ initial: { text: "So far", status: "streaming" } }),
  );
  // @ts-expect-error: an id is a string
  useStream(() => 1);
  // @ts-expect-error: there is no such option
  useStream("id", { drive: true });

  // Or the options of a client, for it to make.
  createComponent(StreamProvider, { url: "/api/streams", headers: { authorization: "token" } });
  return createComponent(StreamProvider, { client });
}
