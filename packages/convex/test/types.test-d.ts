// The types that an app may rely on. tsc checks them here, and in a fresh project with the packed tarball.
import { convexSource, type GetStreamBody } from "@twinstream/convex";
import { useStream } from "@twinstream/convex/react";
import { createStreamClient, type Source, type StreamError } from "@twinstream/core";
import { ConvexClient } from "convex/browser";
import { ConvexReactClient } from "convex/react";
import { expectTypeOf } from "expect-type";

export function useTypes(query: GetStreamBody): void {
  const source = convexSource(new ConvexClient("https://example.convex.cloud"), query);
  expectTypeOf(source).toEqualTypeOf<Source>();
  convexSource(new ConvexReactClient("https://example.convex.cloud"), query);
  createStreamClient({ drive: new URL("https://example.convex.site/chat-stream"), source });
  // @ts-expect-error: a source needs one of Convex's clients
  convexSource({}, query);

  const url = new URL("https://example.convex.site/chat-stream");
  const { text, status, error, retry, stop } = useStream(query, url, true, undefined, {
    authToken: null,
    headers: { "X-App": "chat" },
  });
  expectTypeOf(text).toEqualTypeOf<string>();
  expectTypeOf(status).toEqualTypeOf<"pending" | "streaming" | "done" | "error" | "timeout">();
  expectTypeOf(error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf(retry).toEqualTypeOf<() => void>();
  expectTypeOf(stop).toEqualTypeOf<(() => Promise<void>) | undefined>();
  // @ts-expect-error: a stream's id is a string
  useStream(query, url, true, 42);
}
