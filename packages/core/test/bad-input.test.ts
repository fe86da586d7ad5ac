// Each wrong option, id and body is refused by a sentence that names it, the value seen, and what to do.
import { expect, test } from "vitest";
import { ndjson, sse } from "../src/decoders.ts";
import {
  bodyOf,
  createStreamClient,
  httpDrive,
  httpSource,
  pollSource,
  StreamError,
  subscribeSource,
} from "../src/index.ts";
import { smooth } from "../src/smooth.ts";
import { tabs } from "../src/tabs.ts";

const client = createStreamClient({ url: "http://server" });
const body = { text: "a€", status: "done" } as const;
const TO = "2147483647";

/** What is called, with what, and what it says. */
type Case = readonly [call: string, run: (given: never) => unknown, given: unknown, says: string];

const client_ = (more: object) => createStreamClient({ url: "http://server", ...more });
const stream = (options: object) => client.stream("id", options);
const initial = (more: object) => client.stream("other", { initial: { ...body, ...more } });

// biome-ignore format: a table
const CASES: readonly Case[] = [
  ["createStreamClient", createStreamClient, {}, "Give createStreamClient a `url` or a `source`. A source has `follow`, a driver `drive`."],
  ["createStreamClient", createStreamClient, undefined, "Give createStreamClient a `url` or a `source`."],
  ["createStreamClient", createStreamClient, "/api/streams", "createStreamClient has no option `0`. It has url,"],
  ["createStreamClient", createStreamClient, { source: {} }, "A source has `follow`"],
  ["createStreamClient", client_, { drive: {} }, "a driver `drive`"],
  ["createStreamClient", client_, { header: {} }, "createStreamClient has no option `header`. It has url, drive, source, stop, headers, credentials, fetch, throttleMs, idleTimeoutMs, retry, share, platform."],
  ["createStreamClient", client_, { throttle: 50 }, "createStreamClient has no option `throttle`"],
  ["createStreamClient", client_, { silence: 50 }, "idleTimeoutMs"],
  ["createStreamClient", client_, { url: 7 }, "createStreamClient: `url` is 7, but must be a string or URL object."],
  ["createStreamClient", client_, { drive: () => {} }, "but must be a string, URL or driver object."],
  ["createStreamClient", client_, { source: pollSource }, "but must be a source object."],
  ["createStreamClient", client_, { stop: "/stop" }, 'createStreamClient: `stop` is "/stop", but must be a function.'],
  ["createStreamClient", client_, { headers: "Authorization: me" }, 'createStreamClient: `headers` is "Authorization: me", but must be a function, object or array.'],
  ["createStreamClient", client_, { headers: null }, "createStreamClient: `headers` is null, but must be a function, object or array."],
  ["createStreamClient", client_, { credentials: true }, "createStreamClient: `credentials` is true, but must be a string."],
  ["createStreamClient", client_, { fetch: {} }, "createStreamClient: `fetch` is [object Object], but must be a function."],
  ["createStreamClient", client_, { throttleMs: "frame" }, `createStreamClient: \`throttleMs\` is "frame", but must be a number from 0 to ${TO}.`],
  ["createStreamClient", client_, { throttleMs: -1 }, `createStreamClient: \`throttleMs\` is -1, but must be a number from 0 to ${TO}.`],
  ["createStreamClient", client_, { idleTimeoutMs: "45s" }, `createStreamClient: \`idleTimeoutMs\` is "45s", but must be a number from 1 to ${TO}.`],
  ["createStreamClient", client_, { idleTimeoutMs: Number.POSITIVE_INFINITY }, `createStreamClient: \`idleTimeoutMs\` is Infinity, but must be a number from 1 to ${TO}.`],
  ["createStreamClient", client_, { idleTimeoutMs: 2 ** 31 }, `createStreamClient: \`idleTimeoutMs\` is 2147483648, but must be a number from 1 to ${TO}.`],
  ["createStreamClient", client_, { idleTimeoutMs: 0 }, `createStreamClient: \`idleTimeoutMs\` is 0, but must be a number from 1 to ${TO}.`],
  ["createStreamClient", client_, { retry: 3 }, "createStreamClient: `retry` is 3, but must be an object."],
  ["createStreamClient", client_, { retry: { times: 3 } }, "retry has no option `times`. It has attempts, baseMs, maxMs."],
  ["createStreamClient", client_, { retry: { baseMs: Number.NaN } }, `retry: \`baseMs\` is NaN, but must be a number from 0 to ${TO}.`],
  ["createStreamClient", client_, { retry: { attempts: "3" } }, `retry: \`attempts\` is "3", but must be a number from 0 to ${TO}.`],
  ["createStreamClient", client_, { share: {} }, "createStreamClient: `share` is [object Object], but must be a function."],
  ["createStreamClient", client_, { platform: true }, "createStreamClient: `platform` is true, but must be an object."],

  ["client.stream", (id: string) => client.stream(id), "", 'client.stream: "" is no id'],
  ["client.stream", (id: string) => client.stream(id), undefined, "client.stream: `id` is null, but must be a string."],
  ["client.stream", (id: string) => client.stream(id), 7, "client.stream: `id` is 7, but must be a string."],
  ["client.stream", (id: string) => client.stream(id), null, "client.stream: `id` is null, but must be a string."],
  ["client.stream", (id: string) => client.stream(id), "..", 'client.stream: ".." is no id'],
  ["client.stream", stream, { drive: true }, "client.stream has no option `drive`. It has id, driven, create, input, initial."],
  ["client.stream", stream, { driven: "yes" }, 'client.stream: `driven` is "yes", but must be a boolean.'],
  ["client.stream", stream, { create: "chat:7" }, 'client.stream: `create` is "chat:7", but must be a boolean or object.'],
  ["client.stream", stream, { initial: "text" }, 'client.stream: `initial` is "text", but must be an object or null.'],
  ["client.stream", stream, { create: { tag: "chat:7" } }, "create has no option `tag`. It has tags."],
  ["client.stream", stream, { create: { tags: "chat:7" } }, 'create: `tags` is "chat:7", but must be an array.'],

  ["initial", initial, { text: null }, "initial: `text` is null, but must be a string."],
  ["initial", initial, { text: undefined }, "initial: `text` is undefined, but must be a string."],
  ["initial", initial, { status: "complete" }, 'initial: `status` is "complete", but must be pending, streaming, done, stopped, error, timeout.'],
  ["initial", initial, { status: undefined }, "initial: `status` is undefined, but must be pending"],
  ["initial", initial, { offset: 2 }, "initial: `offset` is 2, but must be 4, the bytes of `text`."],
  ["initial", initial, { offset: "4" }, 'initial: `offset` is "4", but must be 4, the bytes of `text`.'],
  ["initial", initial, { error: { code: "quota" } }, "initial: `error` is [object Object], but must be a string, StreamError or null."],
  ["initial", initial, { errorMessage: 7 }, "initial: `errorMessage` is 7, but must be a string or null."],
  ["initial", initial, { reason: {} }, "initial: `reason` is [object Object], but must be a string or null."],
  ["bodyOf", bodyOf, { text: 7, status: "done" }, "initial: `text` is 7, but must be a string."],

  ["client.create", client.create, { name: "x" }, "client.create has no option `name`. It has id, tags, signal."],
  ["client.create", client.create, { id: 7 }, "client.create: `id` is 7, but must be a string."],
  ["client.create", client.create, { tags: "chat:7" }, 'client.create: `tags` is "chat:7", but must be an array.'],
  ["client.create", client.create, { signal: true }, "client.create: `signal` is true, but must be an AbortSignal object."],

  ["httpDrive", httpDrive, { path: "/chat" }, "httpDrive has no option `path`. It has url, body, decode, claims."],
  ["httpDrive", httpDrive, { url: 7 }, "httpDrive: `url` is 7, but must be a string, URL object or function."],
  ["httpDrive", httpDrive, { body: {} }, "httpDrive: `body` is [object Object], but must be a function."],
  ["httpDrive", httpDrive, { decode: "openai" }, 'httpDrive: `decode` is "openai", but must be a function.'],
  ["httpDrive", httpDrive, { claims: 1 }, "httpDrive: `claims` is 1, but must be a boolean."],

  ["httpSource", httpSource, { interval: 500 }, "httpSource has no option `interval`. It has live, url, intervalMs, maxIntervalMs."],
  ["httpSource", httpSource, { live: "websocket" }, 'httpSource: `live` is "websocket", but must be "text", "sse", "long-poll" or "poll".'],
  ["httpSource", httpSource, { live: 1 }, "httpSource: `live` is 1, but must be a string."],
  ["httpSource", httpSource, { url: 7 }, "httpSource: `url` is 7, but must be a string or URL object."],
  ["httpSource", httpSource, { intervalMs: 0 }, `httpSource: \`intervalMs\` is 0, but must be a number from 1 to ${TO}.`],
  ["pollSource", pollSource, {}, "pollSource: `read` is null, but must be a string, URL object or function."],
  ["pollSource", pollSource, { read: "" }, "pollSource: `read` is null, but must be"],
  ["pollSource", pollSource, { read: "/rows", maxIntervalMs: "1s" }, `pollSource: \`maxIntervalMs\` is "1s", but must be a number from 1 to ${TO}.`],
  ["pollSource", pollSource, { read: "/rows", every: 5 }, "pollSource has no option `every`. It has read, intervalMs, maxIntervalMs."],
  ["subscribeSource", subscribeSource, {}, "subscribeSource takes a function, but was given an object."],

  ["tabs", tabs, {}, "tabs: `scope` is undefined, but must tell one user from another: give the user's id."],
  ["tabs", tabs, { scope: "" }, 'tabs: `scope` is "", but must tell one user from another'],
  ["tabs", tabs, { scope: 7 }, "tabs: `scope` is 7, but must be a string."],
  ["tabs", tabs, { scope: "a", patience: 5 }, "tabs has no option `patience`. It has scope, patienceMs."],
  ["tabs", tabs, { scope: "a", patienceMs: -5 }, `tabs: \`patienceMs\` is -5, but must be a number from 1 to ${TO}.`],
  ["smooth", (o: object) => smooth(client.stream("id").$body, o), { lag: 5 }, "smooth has no option `lag`. It has lagMs, finishMs, locale, reducedMotion."],
  ["smooth", (o: object) => smooth(client.stream("id").$body, o), { lagMs: Number.POSITIVE_INFINITY }, `smooth: \`lagMs\` is Infinity, but must be a number from 0 to ${TO}.`],
  ["smooth", (o: object) => smooth(client.stream("id").$body, o), { lagMs: Number.NaN }, `smooth: \`lagMs\` is NaN, but must be a number from 0 to ${TO}.`],
  ["smooth", (o: object) => smooth(client.stream("id").$body, o), { locale: 7 }, "smooth: `locale` is 7, but must be a string."],
  ["ndjson", ndjson, { select: "text" }, 'ndjson: `select` is "text", but must be a function.'],
  ["ndjson", ndjson, { need: true }, "ndjson has no option `need`. It has select, done, required."],
  ["sse", sse, { done: () => true }, "but must be a string."],
];

test.each(CASES)("%s %#: %j is refused, and the sentence says why", (_, run, given, says) => {
  let caught: unknown;
  try {
    run(given as never);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(TypeError);
  expect((caught as TypeError).message).toContain(says);
});

test("an option that is undefined is not given", () => {
  const options = { headers: undefined, throttleMs: undefined, retry: { baseMs: undefined } };
  const given = { driven: undefined, input: undefined, initial: undefined };
  expect(client_(options).stream("id", given).snapshot().status).toBe("pending");
  expect(client.stream("id", { initial: null }).snapshot().text).toBe("");
});

test("ids of other backends pass", () => {
  for (const id of ["7", "k57axr8nh3gzs2g8s9v4t1j6rd7b3c2m", "a/b", "häus 世界", "...", "{}"]) {
    expect(client.stream(id).id).toBe(id);
  }
});

test("any input passes", () => {
  for (const input of ["text", 7, true, null, [], { prompt: "" }, Number.NaN]) {
    expect(client.stream("id", { input }).id).toBe("id");
  }
});

test("`initial` takes what streams.read() returns, and what a body is", () => {
  const read = { text: "a", length: 1, epoch: 1, tags: ["a"], settledAt: 7 };
  expect(bodyOf({ ...read, status: "done", reason: "length" })).toEqual({
    text: "a",
    status: "done",
    error: undefined,
    reason: "length",
  });
  const failed = bodyOf({ ...read, status: "error", error: "quota", errorMessage: "No more." });
  expect(failed.error).toBeInstanceOf(StreamError);
  expect(failed.error).toMatchObject({ code: "quota", message: "No more." });
  expect(bodyOf(failed)).toEqual(failed);
  expect(bodyOf(failed).error).toBe(failed.error);
  expect(bodyOf({ text: "", status: "error" }).error?.code).toBe("generation");
  const row = { text: "a", status: "done", error: null, errorMessage: null, reason: null } as const;
  expect(bodyOf({ ...row, offset: null })).toMatchObject({ text: "a", error: undefined });
  for (const none of [undefined, null]) {
    expect(bodyOf(none)).toEqual({ text: "", status: "pending" });
  }
});
