// What an app may rely on, read by tsc here and again in a fresh project, from the packed tarball.
import {
  type Append,
  anyoneWithId,
  createStreamServer,
  isActive,
  isTerminal,
  type Store,
  StreamFailure,
  type StreamStatus,
  type Streams,
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
    async authorize({ action, id, tags, request }) {
      expectTypeOf(action).toEqualTypeOf<"create" | "drive" | "read" | "stop" | "delete">();
      expectTypeOf(id).toEqualTypeOf<string | undefined>();
      expectTypeOf(tags).toEqualTypeOf<readonly string[] | undefined>();
      const user = request.headers.get("authorization");
      return user ? { context: { user } } : new Response("Log in", { status: 401 });
    },
    parseInput(raw, { context }) {
      expectTypeOf(context).toEqualTypeOf<{ user: string }>();
      return { prompt: String(raw) };
    },
    async generate({ id, input, context, append, signal }) {
      expectTypeOf(id).toEqualTypeOf<string>();
      expectTypeOf(input).toEqualTypeOf<{ prompt: string }>();
      expectTypeOf(context).toEqualTypeOf<{ user: string }>();
      expectTypeOf(append).toEqualTypeOf<Append>();
      append("Hello");
      // @ts-expect-error: text only
      append(42);
      await append.from(await fetch("https://example.com", { signal }));
      throw new StreamFailure("quota", "No more today.", { cause: new Error("402") });
    },
    onFinish({ text, status, tags, error, errorMessage, reason, context }) {
      expectTypeOf(text).toEqualTypeOf<string>();
      expectTypeOf(status).toEqualTypeOf<"done" | "stopped" | "error" | "timeout">();
      expectTypeOf(tags).toEqualTypeOf<readonly string[] | undefined>();
      expectTypeOf([error, errorMessage, reason]).toEqualTypeOf<(string | undefined)[]>();
      expectTypeOf(context).toEqualTypeOf<{ user: string } | undefined>();
    },
  });

  // What the client's `input` is typed by.
  type Types = NonNullable<(typeof streams)["~types"]>;
  expectTypeOf<Types>().toEqualTypeOf<{
    readonly input: { prompt: string };
    readonly context: { user: string };
  }>();
  expectTypeOf(streams).toExtend<Streams>();

  const plain = createStreamServer({
    store,
    authorize: anyoneWithId(),
    generate({ input, context }) {
      expectTypeOf(input).toEqualTypeOf<unknown>();
      expectTypeOf(context).toEqualTypeOf<undefined>();
    },
  });
  expectTypeOf(plain).toEqualTypeOf<Streams<unknown, undefined>>();
  createStreamServer({
    store,
    // @ts-expect-error: true, { context }, false or a Response
    authorize: () => ({ user: 7 }),
  });

  expectTypeOf(streams.handler(request)).toEqualTypeOf<Promise<Response>>();
  const id = await streams.create();
  expectTypeOf(id).toEqualTypeOf<string>();
  expectTypeOf((await streams.read(id))?.status).toEqualTypeOf<StreamStatus | undefined>();
  await streams.drive(request, {
    id,
    input: { prompt: "Hi" },
    context: { user: "me" },
    create: { tags: ["chat:7"] },
    generate({ input, context, append }) {
      expectTypeOf(input).toEqualTypeOf<{ prompt: string }>();
      expectTypeOf(context).toEqualTypeOf<{ user: string }>();
      append("Hello");
    },
  });
  // @ts-expect-error: an input as `parseInput` returns it
  await streams.drive(request, { id, input: "Hi" });
  // @ts-expect-error: the id is an option
  await streams.drive(request, id);
  expectTypeOf(streams.follow(request, { id })).toEqualTypeOf<Promise<Response>>();
  await streams.create({ id, tags: ["chat:7"] });
  const ended = (await streams.status(id))?.status ?? "pending";
  if (isTerminal(ended)) {
    expectTypeOf(ended).toEqualTypeOf<"done" | "stopped" | "error" | "timeout">();
  } else if (isActive(ended)) {
    expectTypeOf(ended).toEqualTypeOf<"pending" | "streaming">();
  }
  await streams.close();
}
