// What an app may rely on, read by tsc here and again in a fresh project, from the packed tarball.
import {
  type Append,
  anyoneWithId,
  createStreamServer,
  type Store,
  type StreamStatus,
} from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { postgresStore } from "@twinstream/server/postgres";
import { redisStore } from "@twinstream/server/redis";
import { sqliteStore } from "@twinstream/server/sqlite";
import { expectTypeOf } from "expect-type";

export async function types(store: Store, request: Request): Promise<void> {
  expectTypeOf(memoryStore()).toExtend<Store>();
  expectTypeOf(sqliteStore({ path: "streams.db" })).toExtend<Store>();
  expectTypeOf(postgresStore).returns.toExtend<Store>();
  expectTypeOf(redisStore).returns.toExtend<Store>();
  // @ts-expect-error: a store takes the app's own client
  redisStore({});

  // @ts-expect-error: `authorize` is required
  createStreamServer({ store, generate: () => {} });
  // @ts-expect-error: there is no such boundary
  createStreamServer({ store, authorize: anyoneWithId(), flush: { boundary: "word" } });

  const streams = createStreamServer({
    store,
    basePath: "/api/streams",
    async authorize({ action, id, request }) {
      expectTypeOf(action).toEqualTypeOf<"create" | "drive" | "read" | "stop" | "delete">();
      expectTypeOf(id).toEqualTypeOf<string | undefined>();
      return request.headers.has("authorization") || new Response("Log in", { status: 401 });
    },
    parseInput: (raw) => ({ prompt: String(raw) }),
    async generate({ id, input, append, signal }) {
      expectTypeOf(id).toEqualTypeOf<string>();
      expectTypeOf(input).toEqualTypeOf<{ prompt: string }>();
      expectTypeOf(append).toEqualTypeOf<Append>();
      append("Hello");
      // @ts-expect-error: text only
      append(42);
      await append.from(await fetch("https://example.com", { signal }));
    },
    onFinish({ text, status }) {
      expectTypeOf(text).toEqualTypeOf<string>();
      expectTypeOf(status).toEqualTypeOf<"done" | "stopped" | "error" | "timeout">();
    },
  });

  expectTypeOf(streams.handler(request)).toEqualTypeOf<Promise<Response>>();
  const id = await streams.create();
  expectTypeOf(id).toEqualTypeOf<string>();
  expectTypeOf((await streams.read(id))?.status).toEqualTypeOf<StreamStatus | undefined>();
  await streams.drive(request, id, ({ append }) => append("Hello"));
  await streams.close();
}
