// The types that an app may rely on. tsc checks them here, and in a fresh project with the packed tarball.
import {
  createStreamClient,
  type StreamError,
  StreamProvider,
  type StreamStatus,
  type UseStreamResult,
  useStream,
} from "@twinstream/react";
import { expectTypeOf } from "expect-type";
import { createElement } from "react";

export function Types() {
  const client = createStreamClient({ url: "/api/streams" });
  const stream = useStream("id", { driven: true, input: { prompt: "Hello" }, client });
  expectTypeOf(stream).toEqualTypeOf<UseStreamResult>();
  expectTypeOf(stream.text).toEqualTypeOf<string>();
  expectTypeOf(stream.status).toEqualTypeOf<StreamStatus>();
  expectTypeOf(stream.error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf(stream.stop).toEqualTypeOf<() => Promise<void>>();
  expectTypeOf(stream.start).toEqualTypeOf<() => void>();

  useStream(undefined);
  useStream(null, { initial: { text: "So far", status: "streaming" } });
  // @ts-expect-error: an id is a string
  useStream(1);
  // @ts-expect-error: a component's id is a value, not a function
  useStream(() => "id");
  // @ts-expect-error: there is no such option
  useStream("id", { drive: true });
  // @ts-expect-error: text is read only
  stream.text = "";

  // Or the options of a client, for it to make.
  createElement(StreamProvider, { url: "/api/streams", headers: { authorization: "token" } });
  // @ts-expect-error: there is no such option
  createElement(StreamProvider, { url: "/api/streams", header: {} });
  return createElement(StreamProvider, { client }, stream.text);
}
