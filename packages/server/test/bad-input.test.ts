// Each wrong input gets a sentence that names it, the value seen, and what to do.
import { describe, expect, test } from "vitest";
import { createStreamServer, StreamFailure, type Streams } from "../src/index.ts";
import { memoryStore } from "../src/memory.ts";
import { UNKNOWN } from "./harness/answers.ts";
import { type FixtureOptions, startFixture } from "./harness/fixture.ts";

const authorize = () => true;
const ID = "i".repeat(22);
const NUL = "a\0b";
const request = new Request("http://app.example/ask");

/** Calls from JavaScript, which no compiler has seen. */
type Untyped = (...values: unknown[]) => unknown;
const server = (options: unknown) =>
  (createStreamServer as Untyped)({ store: memoryStore(), authorize, ...(options as object) });
const own = (method: "create" | "drive" | "follow", ...values: unknown[]) => {
  const streams = server({ retention: { sweepMs: 0 } }) as Streams;
  return (streams[method] as Untyped)(...values);
};

describe.each<[string, readonly (readonly [what: string, call: () => unknown, message: RegExp])[]]>(
  [
    [
      "an option of the server",
      [
        ["none", () => (createStreamServer as Untyped)(), /`options` is required: pass at least/],
        [
          "no object",
          () => (createStreamServer as Untyped)("x"),
          /`options` must be an object, but is "x"/,
        ],
        ["no store", () => server({ store: undefined }), /`store` is required: try `sqliteStore/],
        [
          "no store's shape",
          () => server({ store: {} }),
          /`store` must be a store.*lacks.*`isDeleted`/,
        ],
        [
          "no authorize",
          () => server({ authorize: null }),
          /`authorize` is required: pass a function/,
        ],
        [
          "authorize",
          () => server({ authorize: true }),
          /`authorize` must be a function, but is true/,
        ],
        ["generate", () => server({ generate: "x" }), /`generate` must be a function, but is "x"/],
        [
          "parseInput",
          () => server({ parseInput: {} }),
          /`parseInput` must be a function, but is an object/,
        ],
        ["onFinish", () => server({ onFinish: 1 }), /`onFinish` must be a function, but is 1/],
        ["onError", () => server({ onError: [] }), /`onError` must be a function, but is an array/],
        [
          "waitUntil",
          () => server({ waitUntil: "x" }),
          /`waitUntil` must be a function, but is "x"/,
        ],
        ["an old name", () => server({ lease: 1 }), /no option `lease`: its name is `leaseMs` now/],
        [
          "an unknown name",
          () => server({ store_: 1 }),
          /no option `store_`\. Its options are `store`/,
        ],
        [
          "leaseMs",
          () => server({ leaseMs: "15s" }),
          /`leaseMs` must be a number from 100 on, but is "15s"/,
        ],
        [
          "longPollMs",
          () => server({ longPollMs: Number.NaN }),
          /`longPollMs` must be a number.*but is NaN/,
        ],
        [
          "storeTimeoutMs",
          () => server({ storeTimeoutMs: 0 }),
          /`storeTimeoutMs` must.*from 1 on, but is 0/,
        ],
        [
          "a limit",
          () => server({ limits: { streams: -1 } }),
          /`limits.streams` must be a number.*but is -1/,
        ],
        [
          "retention",
          () => server({ retention: { keepMs: "1d" } }),
          /`retention.keepMs` must.*but is "1d"/,
        ],
        [
          "flush",
          () => server({ flush: { boundary: "x" } }),
          /`flush.boundary` must be "sentence".*but is "x"/,
        ],
        [
          "a duration that is null",
          () => server({ leaseMs: null }),
          /`leaseMs` must be a number.*but is null/,
        ],
        [
          "a duration that is a bigint",
          () => server({ leaseMs: 15_000n }),
          /`leaseMs` must.*but is 15000n/,
        ],
        ["limits", () => server({ limits: [] }), /`limits` must be an object, but is an array/],
        ["no cors", () => server({ cors: null }), /`cors` must be an object.*but is null/],
        ["false cors", () => server({ cors: false }), /`cors` must be an object.*but is false/],
        [
          "cors.credentials",
          () => server({ cors: { origin: "https://a.example", credentials: "yes" } }),
          /`cors.credentials` must be true or false, but is "yes"/,
        ],
        [
          "basePath",
          () => server({ basePath: "api" }),
          /`basePath` must begin with "\/".*but is "api"/,
        ],
        [
          "contentType",
          () => server({ contentType: "text" }),
          /`contentType` must be a media type.*but is "text"/,
        ],
        ["cors", () => server({ cors: "*" }), /`cors` must be an object.*but is "\*"/],
        [
          "cors.origin",
          () => server({ cors: { origin: "a.example" } }),
          /`cors.origin` must be an origin.*but is "a\.example"/,
        ],
      ],
    ],
    [
      "streams.create",
      [
        [
          "an id that is short",
          () => own("create", { id: "7" }),
          /The id is "7" \(1 characters\), but must be 22 to 128/,
        ],
        [
          "an id that is no string",
          () => own("create", { id: 7 }),
          /The id is 7, but must be 22 to 128/,
        ],
        [
          "an id alone",
          () => own("create", ID),
          /The argument of streams\.create must be an object \{ id, tags \}, but is "iii/,
        ],
        [
          "an unknown option",
          () => own("create", { tag: "a" }),
          /has no option `tag`\. Its options are `id`, `tags`/,
        ],
        [
          "tags that are no list",
          () => own("create", { tags: "a" }),
          /`tags` must be a list of strings, but is "a"/,
        ],
        [
          "an empty tag",
          () => own("create", { tags: [""] }),
          /A tag is "" \(0 characters\), but must be a string of 1 to 128/,
        ],
        [
          "a long tag",
          () => own("create", { tags: ["a", "t".repeat(129)] }),
          /A tag is "ttt.*…" \(129 characters\)/,
        ],
        [
          "a tag that is no string",
          () => own("create", { tags: [7] }),
          /A tag is 7, but must be a string/,
        ],
        [
          "a control character",
          () => own("create", { tags: [NUL] }),
          /A tag is "a\\u0000b".*control character/,
        ],
        ["half a character", () => own("create", { tags: ["a\ud83d"] }), /A tag is "a\\ud83d"/],
        [
          "too many tags",
          () => own("create", { tags: Array.from({ length: 17 }, (_, n) => `${n}`) }),
          /at most 16 tags, but 17 are given/,
        ],
      ],
    ],
    [
      "streams.drive",
      [
        [
          "the old form",
          () => own("drive", request, ID, () => {}),
          /takes an object second, but received "iii.*call streams\.drive\(request, \{ id, generate \}\)/,
        ],
        [
          "no options",
          () => own("drive", request),
          /takes an object second, but received undefined/,
        ],
        [
          "no request",
          () => own("drive", { id: ID }),
          /takes a Request first, but received an object/,
        ],
        [
          "an id that is no string",
          () => own("drive", request, { id: 7 }),
          /streams\.drive: `id` must be a string, but is 7/,
        ],
        [
          "an unknown option",
          () => own("drive", request, { id: ID, tags: [] }),
          /streams\.drive has no option `tags`\. Its options are `id`/,
        ],
        [
          "generate",
          () => own("drive", request, { id: ID, generate: "x" }),
          /`generate` must be a function, but is "x"/,
        ],
        [
          "waitUntil",
          () => own("drive", request, { id: ID, waitUntil: 1 }),
          /`waitUntil` must be a function, but is 1/,
        ],
        [
          "create",
          () => own("drive", request, { id: ID, create: "yes" }),
          /`create` must be true, false or \{ tags \}, but is "yes"/,
        ],
        [
          "create's names",
          () => own("drive", request, { id: ID, create: { id: "x" } }),
          /streams\.drive has no option `create\.id`/,
        ],
        [
          "create's tags",
          () => own("drive", request, { id: ID, create: { tags: [1] } }),
          /A tag is 1/,
        ],
      ],
    ],
    [
      "streams.follow",
      [
        [
          "the old way of drive",
          () => own("follow", request, ID),
          /call streams\.follow\(request, \{ id \}\)/,
        ],
        [
          "an id that is no string",
          () => own("follow", request, {}),
          /streams\.follow: `id` must be a string, but is undefined/,
        ],
        [
          "an unknown option",
          () => own("follow", request, { id: ID, live: "text" }),
          /streams\.follow has no option `live`/,
        ],
      ],
    ],
    [
      "StreamFailure",
      [
        [
          "no code",
          () => new (StreamFailure as never as new () => Error)(),
          /`message` is undefined/,
        ],
        [
          "a code with a space",
          () => new StreamFailure("no credit", "x"),
          /`code` is "no credit", but must be 1 to 64/,
        ],
        ["an empty code", () => new StreamFailure("", "x"), /`code` is ""/],
        ["a long code", () => new StreamFailure("a".repeat(65), "x"), /`code` is "aaa/],
        ["a code that is no string", () => new StreamFailure(402 as never, "x"), /`code` is 402/],
        ...[
          "network",
          "server",
          "unauthorized",
          "not_found",
          "rejected",
          "protocol",
          "contradiction",
          "timeout",
        ].map(
          (code) =>
            [
              `the client's ${code}`,
              () => new StreamFailure(code, "x"),
              new RegExp(`code "${code}" is the client's own.*give another`),
            ] as const,
        ),
        [
          "no words",
          () => new StreamFailure("quota", ""),
          /`message` is empty, but must be 1 to 1000 bytes/,
        ],
        [
          "too many",
          () => new StreamFailure("quota", "é".repeat(501)),
          /`message` is 1002 bytes long/,
        ],
        ["a NUL", () => new StreamFailure("quota", NUL), /`message` is a string with a NUL/],
        [
          "an error for words",
          () => new StreamFailure("quota", new Error("x") as never),
          /`message` is an object, but/,
        ],
      ],
    ],
  ],
)("%s refuses", (_, rows) => {
  test.each(rows)("%s", async (_, call, message) => {
    const error = await (async () => call())().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });
});

describe("a request is refused", () => {
  const drive = `${UNKNOWN}/drive`;
  const json = (body: unknown): RequestInit => ({ method: "POST", body: JSON.stringify(body) });
  const post: RequestInit = { method: "POST" };
  test.each<
    [what: string, path: string, init: RequestInit, status: number, code: string, message: RegExp]
  >([
    ["a method", "", {}, 405, "method_not_allowed", /GET is not for this URL: use POST, OPTIONS/],
    ["a path", "a/b/c", {}, 404, "not_found", /There is no such stream/],
    ["an id", "short/drive", post, 404, "not_found", /There is no such stream\. Check the id/],
    [
      "an offset",
      "KNOWN?offset=1e3",
      {},
      400,
      "bad_offset",
      /`offset` is "1e3", and must be one that an answer gave/,
    ],
    [
      "an offset twice",
      "KNOWN?offset=1&offset=2",
      {},
      400,
      "bad_offset",
      /`offset` was given 2 times: give it once/,
    ],
    ["a live mode", "KNOWN?live=ws", {}, 400, "bad_live", /`live` is "ws", and must be "text"/],
    [
      "a live mode without offset",
      "KNOWN?live=sse",
      {},
      400,
      "bad_offset",
      /`offset` is required with `live`/,
    ],
    [
      "create=0",
      `${drive}?create=0`,
      post,
      400,
      "bad_create",
      /`create` is "0": give "1" once, or omit it/,
    ],
    ["create=", `${drive}?create=`, post, 400, "bad_create", /`create` is "": give "1" once/],
    [
      "create twice",
      `${drive}?create=1&create=1`,
      post,
      400,
      "bad_create",
      /`create` is "1" and "1": give "1" once/,
    ],
    [
      "tag alone",
      `${drive}?tag=a`,
      post,
      400,
      "bad_tag",
      /`tag` is for a stream that is made: add `create=1`/,
    ],
    [
      "an empty tag",
      `${drive}?create=1&tag=`,
      post,
      400,
      "bad_tag",
      /A tag is "" \(0 characters\)/,
    ],
    [
      "a tag of two lines",
      `${drive}?create=1&tag=a%0Ab`,
      post,
      400,
      "bad_tag",
      /A tag is "a\\nb".*control character/,
    ],
    [
      "17 tags",
      `${drive}?create=1${Array.from({ length: 17 }, (_, n) => `&tag=${n}`).join("")}`,
      post,
      400,
      "bad_tag",
      /at most 16 tags, but 17/,
    ],
    [
      "input that is no JSON",
      "KNOWN/drive",
      { ...post, body: "{bad" },
      400,
      "bad_json",
      /The request's body is not JSON/,
    ],
    [
      "a body that is no JSON",
      "",
      { ...post, body: "{bad" },
      400,
      "bad_json",
      /The request's body is not JSON/,
    ],
    [
      "a body that is no object",
      "",
      json("x"),
      400,
      "bad_create",
      /The request's body must be an object \{ id, tags \}, but is "x"/,
    ],
    [
      "a body that is a list",
      "",
      json([]),
      400,
      "bad_create",
      /The request's body must be an object.*but is an array/,
    ],
    [
      "a body that is null",
      "",
      json(null),
      400,
      "bad_create",
      /The request's body must be an object.*but is null/,
    ],
    [
      "an unknown field",
      "",
      json({ name: "x" }),
      400,
      "bad_create",
      /The request's body has no option `name`\. Its options are `id`, `tags`/,
    ],
    [
      "a short id",
      "",
      json({ id: "7" }),
      400,
      "bad_create",
      /The id is "7" \(1 characters\), but must be 22 to 128/,
    ],
    [
      "an id that is null",
      "",
      json({ id: null }),
      400,
      "bad_create",
      /The id is null, but must be/,
    ],
    [
      "tags that are no list",
      "",
      json({ tags: "a" }),
      400,
      "bad_create",
      /`tags` must be a list of strings, but is "a"/,
    ],
    ["a tag with a NUL", "", json({ tags: [NUL] }), 400, "bad_create", /A tag is "a\\u0000b"/],
    [
      "a large body",
      "",
      json({ id: "x".repeat(20_000) }),
      413,
      "input_too_large",
      /larger than the limit of 16384 bytes/,
    ],
  ])("for %s", async (_, path, init, status, code, message) => {
    const fixture = await startFixture("memory", { generate: () => expect.unreachable() });
    const id = await fixture.create();
    const separator = path === "" ? "" : "/";
    const answer = await fetch(`${fixture.base}${separator}${path.replace("KNOWN", id)}`, init);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
    expect(await fixture.streams.status(UNKNOWN)).toBeUndefined();
    expect(fixture.errors).toEqual([]);
  });
});

describe("what a function of the application does is reported", () => {
  const call = async (options: FixtureOptions) => {
    const fixture = await startFixture("memory", { generate: () => {}, ...options });
    const id = await fixture.create();
    const answer = await fetch(`${fixture.base}/${id}/drive`, {
      method: "POST",
      headers: { origin: "https://a.example" },
      body: "{}",
    });
    await answer.text();
    await expect.poll(() => fixture.errors.length).toBeGreaterThan(0);
    const { status, error } = (await fixture.streams.status(id))!;
    return { answer: answer.status, status, error, reported: (fixture.errors[0] as Error).message };
  };
  const refused = { answer: 403, status: "pending" };
  const failed = { answer: 200, status: "error", error: "generation" };
  const done = { answer: 200, status: "done" };
  test.each<[what: string, options: object, outcome: object, message: RegExp]>([
    [
      "authorize: nothing",
      { authorize: async () => {} },
      refused,
      /`authorize` returned undefined.*return true, \{ context \}, false or a Response/,
    ],
    ["authorize: a string", { authorize: () => "yes" }, refused, /`authorize` returned a string/],
    [
      "authorize: an object",
      { authorize: () => ({ user: 7 }) },
      refused,
      /`authorize` returned an object with the keys user/,
    ],
    [
      "authorize: a context and more",
      { authorize: () => ({ context: 7, ok: true }) },
      refused,
      /an object with the keys context, ok/,
    ],
    [
      "authorize: an empty object",
      { authorize: () => ({}) },
      refused,
      /an object with the keys \(none\)/,
    ],
    ["authorize: a list", { authorize: () => [true] }, refused, /`authorize` returned an array/],
    [
      "authorize: an error response",
      { authorize: () => Response.error() },
      refused,
      /`authorize` returned a Response that cannot be sent/,
    ],
    [
      "authorize throws",
      { authorize: () => Promise.reject(new Error("no session")) },
      { answer: 500, status: "pending" },
      /no session/,
    ],
    [
      "cors.origin: a promise",
      { cors: { origin: async () => true } },
      done,
      /`cors\.origin` returned an object.*return true or false/,
    ],
    [
      "cors.origin throws",
      {
        cors: {
          origin: () => {
            throw new Error("no table");
          },
        },
      },
      done,
      /no table/,
    ],
    [
      "append: no string",
      { generate: ({ append }: { append: Untyped }) => append(7) },
      failed,
      /append takes a string, but received a number\. Use append\.from/,
    ],
    [
      "append.from: no source",
      { generate: ({ append }: { append: { from: Untyped } }) => append.from("text") },
      failed,
      /append\.from takes an async iterable.*was given a string/,
    ],
    [
      "append.from: other values",
      {
        generate: ({ append }: { append: { from: Untyped } }) =>
          append.from(new ReadableStream({ start: (c) => c.enqueue(7) })),
      },
      failed,
      /append\.from takes strings, bytes and the events of models, and was given a number/,
    ],
    [
      "generate throws no error",
      { generate: () => Promise.reject(new Error("no model")) },
      failed,
      /no model/,
    ],
    ["onFinish throws", { onFinish: () => Promise.reject(new Error("no row")) }, done, /no row/],
    [
      "waitUntil throws",
      {
        waitUntil: () => {
          throw new Error("no request");
        },
      },
      done,
      /no request/,
    ],
    [
      "no generate",
      { generate: undefined },
      { answer: 500, status: "pending" },
      /give `generate` to createStreamServer, or to `streams\.drive`/,
    ],
  ])("%s", async (_, options, outcome, message) => {
    const { reported, ...seen } = await call(options);
    expect(seen).toMatchObject(outcome);
    expect(reported).toMatch(message);
  });

  test("parseInput's error is the client's: 400 with its message", async () => {
    const fixture = await startFixture("memory", {
      parseInput: () => {
        throw new Error("`prompt` must be a text.");
      },
      generate: () => expect.unreachable(),
    });
    const answer = await fixture.drive(await fixture.create());
    const error = { code: "bad_input", message: "`prompt` must be a text." };
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
    expect(fixture.errors).toEqual([]);
  });
});
