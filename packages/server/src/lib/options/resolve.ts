import type { Authorize } from "./authorize.ts";
import {
  check,
  checkFunctions,
  checkGiven,
  checkNames,
  checkNumber,
  LONGEST_MS,
  withDefaults,
} from "./check.ts";
import type { CorsOptions } from "./cors.ts";
import { DEFAULT_FLUSH, type FlushPolicy } from "./flush.ts";
import type { FinishContext, Generate, ParseInput } from "./generate.ts";
import type { Limits, Retention } from "./limits.ts";
import type { StreamServerOptions } from "./options.ts";
import type { Store } from "./store.ts";

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly store: Store;
  readonly authorize: Authorize<unknown>;
  readonly generate: Generate<unknown, unknown> | undefined;
  readonly parseInput: ParseInput<unknown, unknown>;
  readonly basePath: string;
  readonly contentType: string;
  readonly flush: FlushPolicy;
  readonly onFinish: ((finished: FinishContext<unknown>) => unknown) | undefined;
  readonly onError: (error: unknown, id?: string) => void;
  readonly cors: CorsOptions | undefined;
  readonly limits: Limits;
  readonly leaseMs: number;
  readonly retention: Retention;
  readonly storeTimeoutMs: number;
  readonly longPollMs: number;
  readonly waitUntil: StreamServerOptions["waitUntil"];
}

const LIMITS: Limits = {
  inputBytes: 1024 * 1024,
  textBytes: 16 * 1024 * 1024,
  unflushedBytes: 1024 * 1024,
  lagBytes: 64 * 1024,
  streams: 10_000,
  followersPerStream: 1000,
  followers: 10_000,
};

/** About 300 years: not every database can express later dates. */
const LONGEST_KEPT_MS = 1e13;
const RETENTION: Retention = {
  keepMs: LONGEST_KEPT_MS,
  pendingMs: 10 * 60_000,
  sweepMs: 60_000,
};

const STORE_METHODS = [
  "create",
  "claim",
  "append",
  "renew",
  "read",
  "status",
  "stop",
  "delete",
  "isDeleted",
  "sweep",
  "watch",
  "close",
] as const;

const NAMES: readonly (keyof StreamServerOptions)[] = [
  "store",
  "authorize",
  "generate",
  "parseInput",
  "basePath",
  "contentType",
  "flush",
  "onFinish",
  "onError",
  "cors",
  "limits",
  "leaseMs",
  "retention",
  "storeTimeoutMs",
  "longPollMs",
  "waitUntil",
];

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError if an option is unknown, missing or invalid
 */
export function resolveOptions<Input, Context>(
  given: StreamServerOptions<Input, Context>,
): ResolvedOptions {
  // Beyond here nobody looks at what `parseInput` and `authorize` hand on to `generate`.
  const options = given as unknown as StreamServerOptions<unknown, unknown>;
  checkGiven("options", options, "pass at least `store` and `authorize`");
  check("options", options, typeof options === "object", "be an object");
  checkNames("", options, NAMES);
  checkStore(options.store);
  checkGiven(
    "authorize",
    options.authorize,
    "pass a function that allows or refuses each request. If knowing a stream's id is permission enough, pass `anyoneWithId()`",
  );
  checkFunctions(
    options,
    "authorize",
    "generate",
    "parseInput",
    "onFinish",
    "onError",
    "waitUntil",
  );
  const flush = resolveFlush(options.flush);
  const retention = withDefaults("retention", RETENTION, options.retention, LONGEST_KEPT_MS);
  const onError = options.onError ?? ((error: unknown) => console.error("twinstream:", error));
  return {
    store: options.store,
    authorize: options.authorize,
    generate: options.generate,
    parseInput: options.parseInput ?? ((raw) => raw),
    basePath: resolveBasePath(options.basePath),
    contentType: resolveContentType(options.contentType),
    flush,
    onFinish: options.onFinish,
    onError(error, id) {
      try {
        onError(error, id === undefined ? {} : { id });
      } catch (failed) {
        console.error("twinstream:", failed, error);
      }
    },
    cors: options.cors === undefined ? undefined : resolveCors(options.cors),
    limits: withDefaults("limits", LIMITS, options.limits, Number.MAX_SAFE_INTEGER),
    leaseMs: checkNumber("leaseMs", options.leaseMs, 15_000, { least: 100 }),
    retention: { ...retention, sweepMs: Math.min(retention.sweepMs, LONGEST_MS) },
    storeTimeoutMs: checkNumber("storeTimeoutMs", options.storeTimeoutMs, 10_000, { least: 1 }),
    longPollMs: checkNumber("longPollMs", options.longPollMs, 20_000),
    waitUntil: options.waitUntil,
  };
}

function resolveFlush(given: StreamServerOptions["flush"]): FlushPolicy {
  const flush = withDefaults("flush", DEFAULT_FLUSH, given, LONGEST_MS);
  check(
    "flush.boundary",
    flush.boundary,
    ["sentence", "paragraph", "line", "none"].includes(flush.boundary),
    'be "sentence", "paragraph", "line" or "none"',
  );
  // A `maxDelayMs` that is given without `longDelayMs` holds for long texts too.
  const longDelayMs = given?.longDelayMs ?? given?.maxDelayMs;
  return longDelayMs === undefined
    ? flush
    : { ...flush, longDelayMs: Math.min(longDelayMs, LONGEST_MS) };
}

function checkStore(store: Store | undefined): void {
  checkGiven(
    "store",
    store,
    'try `sqliteStore({ path: "streams.db" })` from "@twinstream/server/sqlite"',
  );
  const missing = STORE_METHODS.filter((name) => typeof store?.[name] !== "function");
  const names = missing.map((name) => `\`${name}\``).join(", ");
  check(
    "store",
    store,
    missing.length === 0,
    `be a store, such as \`sqliteStore({ path: "streams.db" })\` (it lacks ${names})`,
  );
}

/** Returns the path as URLs have it; "" for the root. */
function resolveBasePath(basePath: string | undefined = "/api/streams"): string {
  const ok = typeof basePath === "string" && /^\/([^?#]*[^?#/])?$/.test(basePath);
  check("basePath", basePath, ok, 'begin with "/", not end with "/", and have no query');
  return basePath === "/" ? "" : new URL(`http://host${basePath}`).pathname;
}

function resolveContentType(contentType = "text/plain; charset=utf-8"): string {
  const ok =
    typeof contentType === "string" && /^[\w.+-]+\/[\w.+-]+( *;[ -~]*)?$/.test(contentType);
  check("contentType", contentType, ok, 'be a media type, such as "text/markdown; charset=utf-8"');
  return contentType;
}

function resolveCors(cors: CorsOptions): CorsOptions {
  const isObject = typeof cors === "object" && cors !== null;
  check("cors", cors, isObject, 'be an object, such as { origin: "https://app.example" }');
  checkNames("cors.", cors, ["origin", "credentials"]);
  const { origin, credentials } = cors;
  const isFlag = credentials === undefined || typeof credentials === "boolean";
  check("cors.credentials", credentials, isFlag, "be true or false");
  const all = typeof origin === "string" ? [origin] : origin;
  if (typeof all !== "function") {
    const rule = 'be an origin, a list of origins, "*" or a function';
    check("cors.origin", origin, Array.isArray(all), rule);
    for (const one of all) checkOrigin(one);
  }
  check(
    "cors.origin",
    "*",
    !credentials || typeof all === "function" || !all.includes("*"),
    "name the origins that may send cookies, because with `cors.credentials` any page could act as your user",
  );
  return cors;
}

function checkOrigin(origin: string): void {
  if (origin === "*") return;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const example = url?.host ? `${url.protocol}//${url.host}` : "https://app.example";
  const ok = origin === `${url?.protocol}//${url?.host}`;
  check("cors.origin", origin, ok, `be an origin without a path, such as "${example}"`);
}
