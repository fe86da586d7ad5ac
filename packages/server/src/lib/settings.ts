import { DEFAULT_FLUSH, type FlushPolicy } from "./flush.ts";
import { guardStore } from "./guard.ts";
import type {
  Authorize,
  CorsOptions,
  Generate,
  Limits,
  ParseInput,
  Retention,
  StreamServerOptions,
} from "./options.ts";
import type { Store } from "./store.ts";

/** The options with every default filled in. */
export interface Settings {
  /** As requests ask it: guarded. */
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

const RETENTION: Retention = {
  keepMs: Number.MAX_SAFE_INTEGER,
  pendingMs: 10 * 60_000,
  sweepMs: 60_000,
};

/** Checks the options and fills in the defaults. Throws a TypeError that names what is wrong. */
export function settings(options: StreamServerOptions): Settings {
  const need = (name: string, ok: boolean, hint: string) => {
    if (!ok) throw new TypeError(`createStreamServer: \`${name}\` ${hint}`);
  };
  need("options", typeof options === "object" && options !== null, "are required.");
  need(
    "store",
    typeof options.store?.claim === "function",
    'is required: try `sqliteStore({ path: "streams.db" })` from "@twinstream/server/sqlite".',
  );
  need(
    "authorize",
    typeof options.authorize === "function",
    "is required: a function that says who may do what. Where whoever knows a stream's id may use it, give `capability()`.",
  );
  need(
    "generate",
    options.generate === undefined || typeof options.generate === "function",
    "must be a function.",
  );
  need(
    "parseInput",
    options.parseInput === undefined || typeof options.parseInput === "function",
    "must be a function that returns the input, or throws.",
  );
  const basePath = options.basePath ?? "/api/streams";
  need("basePath", /^\/.*[^/]$|^\/$/.test(basePath), 'must begin with "/" and not end with it.');
  const leaseMs = options.lease ?? 15_000;
  need("lease", leaseMs >= 100, "must be at least 100 ms.");
  const storeTimeoutMs = options.storeTimeoutMs ?? 10_000;
  need("storeTimeoutMs", storeTimeoutMs > 0, "must be more than 0 ms.");
  const limits = merge("limits", LIMITS, options.limits);
  // Who says how long text may wait means it for a long text too.
  const longDelayMs = options.flush?.longDelayMs ?? options.flush?.maxDelayMs;
  const flush = merge("flush", DEFAULT_FLUSH, { ...options.flush, longDelayMs });
  need(
    "flush.boundary",
    ["sentence", "paragraph", "line", "none"].includes(flush.boundary),
    'must be "sentence", "paragraph", "line" or "none".',
  );
  const onError = options.onError ?? ((error: unknown) => console.error("twinstream:", error));
  return {
    store: guardStore(options.store, storeTimeoutMs),
    authorize: options.authorize,
    generate: options.generate,
    parseInput: options.parseInput ?? ((raw) => raw),
    basePath: basePath === "/" ? "" : basePath,
    contentType: options.contentType ?? "text/plain; charset=utf-8",
    flush,
    onFinish: options.onFinish,
    onError: (error, id) => onError(error, id === undefined ? {} : { id }),
    cors: options.cors,
    limits,
    leaseMs,
    retention: merge("retention", RETENTION, options.retention),
    storeTimeoutMs,
    longPollMs: options.longPollMs ?? 20_000,
    waitUntil: options.waitUntil,
  };
}

/** `given` over `defaults`; numbers must be numbers, from 0 on. */
function merge<T extends object>(name: string, defaults: T, given: Partial<T> | undefined): T {
  const all = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    if (!(key in defaults)) {
      throw new TypeError(`createStreamServer: there is no option \`${name}.${key}\`.`);
    }
    if (typeof all[key] === "number") {
      if (typeof value !== "number" || !(value >= 0)) {
        throw new TypeError(`createStreamServer: \`${name}.${key}\` must be a number from 0 on.`);
      }
      all[key] = Math.min(value, Number.MAX_SAFE_INTEGER);
    } else {
      all[key] = value;
    }
  }
  return all as T;
}
