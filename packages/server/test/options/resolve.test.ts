import { expect, test } from "vitest";
import { anyoneWithId } from "../../src/lib/options/anyone-with-id.ts";
import type { StreamServerOptions } from "../../src/lib/options/options.ts";
import { resolveOptions } from "../../src/lib/options/resolve.ts";
import { memoryStore } from "../../src/memory.ts";

const required = { store: memoryStore(), authorize: anyoneWithId() };
const resolved = (options: object) =>
  resolveOptions({ ...required, ...options } as StreamServerOptions);

test.each<[string, object, RegExp]>([
  ["an unknown option", { basepath: "/s" }, /no option `basepath`.*`basePath`/],
  ["another unknown option", { onFinished: () => {} }, /no option `onFinished`/],
  ["a store without its methods", { store: { claim() {} } }, /`store`.*`create`/],
  ["generate", { generate: "text" }, /`generate` must be a function/],
  ["onFinish", { onFinish: true }, /`onFinish` must be a function/],
  ["onError", { onError: "log" }, /`onError` must be a function/],
  ["waitUntil", { waitUntil: {} }, /`waitUntil` must be a function/],
  ["a base path without a slash", { basePath: "api" }, /`basePath` must begin with "\/"/],
  ["a base path with a query", { basePath: "/api?x" }, /`basePath` must/],
  ["a base path that ends with a slash", { basePath: "/api/" }, /`basePath` must .* not end/],
  ["a base path that is no string", { basePath: 5 }, /`basePath` must/],
  ["a lease by its old name", { lease: 15_000 }, /no option `lease`: its name is `leaseMs` now/],
  ["a lease that is no number", { leaseMs: "15000" }, /`leaseMs` must be a number/],
  ["a lease that is too short", { leaseMs: 10 }, /`leaseMs` must be a number from 100/],
  ["a lease that is NaN", { leaseMs: Number.NaN }, /`leaseMs` must be a number/],
  ["longPollMs", { longPollMs: -1 }, /`longPollMs` must be a number/],
  ["storeTimeoutMs", { storeTimeoutMs: 0 }, /`storeTimeoutMs` must be a number from 1/],
  ["a content type of two lines", { contentType: "text/plain\r\nX: y" }, /`contentType` must/],
  ["a content type without a subtype", { contentType: "text" }, /`contentType` must/],
  ["a flush that is no object", { flush: "line" }, /`flush` must be an object/],
  ["flush.boundary", { flush: { boundary: "word" } }, /`flush.boundary` must be "sentence"/],
  ["flush.maxBytes", { flush: { maxBytes: "1k" } }, /`flush.maxBytes` must be a number/],
  ["an unknown limit", { limits: { bytes: 1 } }, /no option `limits.bytes`/],
  ["retention", { retention: { keepMs: -1 } }, /`retention.keepMs` must be a number/],
  ["cors that is no object", { cors: true }, /`cors` must be an object/],
  ["cors without an origin", { cors: {} }, /`cors.origin` must/],
  ["an origin with a path", { cors: { origin: "https://a.example/" } }, /"https:\/\/a.example"/],
  ["an origin that is no URL", { cors: { origin: ["a.example"] } }, /`cors.origin` must/],
  [
    "cookies for everyone",
    { cors: { origin: "*", credentials: true } },
    /`cors.origin` must name the origins/,
  ],
])("invalid options throw an error that names them: %s", (_, options, message) => {
  expect(() => resolved(options)).toThrow(TypeError);
  expect(() => resolved(options)).toThrow(message);
});

test("missing options throw", () => {
  expect(() => resolveOptions(undefined as never)).toThrow(/`options` is required: pass/);
});

test("infinite durations become the longest that timers and databases can count", () => {
  const endless = Number.POSITIVE_INFINITY;
  const { leaseMs, longPollMs, storeTimeoutMs, flush, retention } = resolved({
    leaseMs: endless,
    longPollMs: endless,
    storeTimeoutMs: endless,
    flush: { maxDelayMs: endless },
    retention: { keepMs: endless, pendingMs: endless, sweepMs: endless },
  });
  for (const ms of [leaseMs, longPollMs, storeTimeoutMs, flush.maxDelayMs, retention.sweepMs]) {
    expect(ms).toBe(2 ** 31 - 1);
  }
  // About 300 years, which the dates of all databases can express.
  expect(retention.pendingMs).toBe(1e13);
  expect(retention.keepMs).toBeGreaterThan(1e12);
});

test("a base path is percent-encoded, as in URLs", () => {
  expect(resolved({ basePath: "/my streams" }).basePath).toBe("/my%20streams");
  expect(resolved({ basePath: "/" }).basePath).toBe("");
});

test("cors accepts an origin, a list, any origin, or a function", () => {
  for (const origin of ["*", "https://a.example", ["http://localhost:3000"], () => true]) {
    expect(resolved({ cors: { origin } }).cors?.origin).toBe(origin);
  }
});

const delays = (flush?: StreamServerOptions["flush"]) => {
  const { maxDelayMs, longDelayMs } = resolved({ flush }).flush;
  return [maxDelayMs, longDelayMs];
};

test("maxDelayMs holds for long texts too, unless longDelayMs is given", () => {
  expect(delays()).toEqual([250, 1000]);
  expect(delays({ boundary: "line" })).toEqual([250, 1000]);
  expect(delays({ maxDelayMs: 250 })).toEqual([250, 250]);
  expect(delays({ maxDelayMs: 0 })).toEqual([0, 0]);
  expect(delays({ maxDelayMs: 100, longDelayMs: 500 })).toEqual([100, 500]);
  expect(delays({ longDelayMs: 0 })).toEqual([250, 0]);
});
