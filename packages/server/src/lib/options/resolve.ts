import type { Authorize } from "./authorize.ts";
import { functions, knownKeys, LONGEST_MS, merged, need, numberOf } from "./check.ts";
import type { CorsOptions } from "./cors.ts";
import { DEFAULT_FLUSH, type FlushPolicy } from "./flush.ts";
import type { Generate, ParseInput } from "./generate.ts";
import type { Limits, Retention } from "./limits.ts";
import type { StreamServerOptions } from "./options.ts";
import type { Store } from "./store.ts";

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly store: Store;
  readonly authorize: Authorize;
  readonly generate: Generate | undefined;
  readonly parseInput: ParseInput<unknown>;
  readonly basePath: string;
  readonly contentType: string;
  readonly flush: FlushPolicy;
  readonly onFinish: StreamServerOptions["onFinish"];
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

/** Some 300 years: what lies beyond, not all databases can express. */
const MOST_KEPT_MS = 1e13;
const RETENTION: Retention = {
  keepMs: MOST_KEPT_MS,
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
  "lease",
  "retention",
  "storeTimeoutMs",
  "longPollMs",
  "waitUntil",
];

/** Checks the options and fills in the defaults. Throws a TypeError that names what is wrong. */
export function resolveOptions(options: StreamServerOptions): ResolvedOptions {
  need("options", typeof options === "object" && options !== null, "are required.");
  knownKeys("", options, NAMES);
  checkStore(options.store);
  need(
    "authorize",
    typeof options.authorize === "function",
    "is required: a function that allows or refuses each request. If knowing a stream's id is permission enough, pass `anyoneWithId()`.",
  );
  functions(options, "generate", "parseInput", "onFinish", "onError", "waitUntil");
  const flush = flushOf(options.flush);
  const retention = merged("retention", RETENTION, options.retention, MOST_KEPT_MS);
  const storeTimeoutMs = numberOf("storeTimeoutMs", options.storeTimeoutMs, 10_000, 1);
  const onError = options.onError ?? ((error: unknown) => console.error("twinstream:", error));
  return {
    store: options.store,
    authorize: options.authorize,
    generate: options.generate,
    parseInput: options.parseInput ?? ((raw) => raw),
    basePath: pathOf(options.basePath),
    contentType: typeOf(options.contentType),
    flush,
    onFinish: options.onFinish,
    onError(error, id) {
      try {
        onError(error, id === undefined ? {} : { id });
      } catch (failed) {
        console.error("twinstream:", failed, error);
      }
    },
    cors: options.cors && corsOf(options.cors),
    limits: merged("limits", LIMITS, options.limits, Number.MAX_SAFE_INTEGER),
    leaseMs: numberOf("lease", options.lease, 15_000, 100),
    retention: { ...retention, sweepMs: Math.min(retention.sweepMs, LONGEST_MS) },
    storeTimeoutMs,
    longPollMs: numberOf("longPollMs", options.longPollMs, 20_000),
    waitUntil: options.waitUntil,
  };
}

function flushOf(given: StreamServerOptions["flush"]): FlushPolicy {
  const flush = merged("flush", DEFAULT_FLUSH, given, LONGEST_MS);
  need(
    "flush.boundary",
    ["sentence", "paragraph", "line", "none"].includes(flush.boundary),
    'must be "sentence", "paragraph", "line" or "none".',
  );
  // Who says how long text may wait means it for a long text too.
  const longDelayMs = given?.longDelayMs ?? given?.maxDelayMs;
  return longDelayMs === undefined
    ? flush
    : { ...flush, longDelayMs: Math.min(longDelayMs, LONGEST_MS) };
}

function checkStore(store: Store | undefined): void {
  need(
    "store",
    typeof store === "object" && store !== null,
    'is required: try `sqliteStore({ path: "streams.db" })` from "@twinstream/server/sqlite".',
  );
  const missing = STORE_METHODS.filter((name) => typeof store?.[name] !== "function");
  const names = missing.map((name) => `\`${name}\``).join(", ");
  need("store", missing.length === 0, `is no store: it lacks ${names}.`);
}

/** The base as URLs have it; "" for the root. */
function pathOf(basePath: string | undefined = "/api/streams"): string {
  const ok = typeof basePath === "string" && /^\/([^?#]*[^?#/])?$/.test(basePath);
  need("basePath", ok, 'must begin with "/", and not end with it, and is a path alone.');
  return basePath === "/" ? "" : new URL(`http://host${basePath}`).pathname;
}

function typeOf(contentType = "text/plain; charset=utf-8"): string {
  const ok =
    typeof contentType === "string" && /^[\w.+-]+\/[\w.+-]+( *;[ -~]*)?$/.test(contentType);
  need("contentType", ok, 'must be a media type, such as "text/markdown; charset=utf-8".');
  return contentType;
}

function corsOf(cors: CorsOptions): CorsOptions {
  need("cors", typeof cors === "object", 'must be an object: { origin: "https://app.example" }.');
  knownKeys("cors.", cors, ["origin", "credentials"]);
  const { origin, credentials } = cors;
  const all = typeof origin === "string" ? [origin] : origin;
  if (typeof all !== "function") {
    need("cors.origin", Array.isArray(all), 'must be an origin, several, "*", or a function.');
    for (const one of all) checkOrigin(one);
  }
  need(
    "cors.origin",
    !credentials || typeof all === "function" || !all.includes("*"),
    'must name the origins that may send cookies: with `cors.credentials`, "*" would let any page act as your user.',
  );
  return cors;
}

function checkOrigin(origin: string): void {
  if (origin === "*") return;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const hint = url?.host ? `"${url.protocol}//${url.host}"` : '"https://app.example"';
  need(
    "cors.origin",
    origin === `${url?.protocol}//${url?.host}`,
    `must be an origin, as in ${hint}.`,
  );
}
