/** A group of the suite's tests that is left out. */
export interface Excluded {
  /** Matched against "group > … > test". */
  readonly pattern: RegExp;
  readonly reason: string;
}

/** The groups that are left out, and why. Everything else must pass. */
export const excluded: readonly Excluded[] = [
  {
    pattern: /^Fork - /,
    reason: "forks: a stream here has one producer, and no branches",
  },
  {
    pattern: /^TTL |TTL metadata|Expires-At metadata/,
    reason: "TTL: retention is the server's to decide, not the writer's",
  },
  {
    pattern: /^Idempotent Producer|> Idempotent Producers|producer-state|body-dedup/,
    reason: "producers: writing is by claim and token in the server, not over HTTP",
  },
  {
    pattern: /^JSON Mode|JSON (array|SSE|data|payloads|streams in)|empty JSON|wrap JSON/,
    reason: "JSON mode: a stream here is text, not messages",
  },
  {
    pattern: /^Reserved subscription APIs/,
    reason: "subscriptions: reserved by the protocol, and off by default in the suite",
  },
];

/** The first group that a test belongs to, if any. */
export function exclusionOf(name: string): Excluded | undefined {
  return excluded.find(({ pattern }) => pattern.test(name));
}
