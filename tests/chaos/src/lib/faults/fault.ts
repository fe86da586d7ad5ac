import type { Random } from "../util/random.ts";

/**
 * The fault of one request. `after` counts bytes of the answer's body.
 * - `delay`: the answer comes `ms` later
 * - `refuse`: the connection is reset, and no server gets the request
 * - `swallow`: a server answers, but the connection is reset before the answer's first byte
 * - `reset`: the connection is reset after `after` bytes
 * - `cut`: the connection is closed after `after` bytes, without the end that the framing promised
 * - `clean-end`: the answer ends after `after` bytes as if it were complete
 * - `half-close`: the request's side is closed while the answer still comes
 * - `stall`: nothing comes after `after` bytes, and nothing closes
 * - `trickle`: `bytes` at a time, `ms` apart
 * - `buffer`: the answer is held back until it is complete
 * - `twice`: the answer is sent, and then sent again on the same connection
 * - `repeat`: the request reaches a server twice, as from a proxy that retries
 * - `status`: the proxy answers by itself, with `Retry-After` if set (seconds)
 */
export type Fault =
  | { readonly kind: "none" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "refuse" | "swallow" | "half-close" | "buffer" | "twice" | "repeat" }
  | { readonly kind: "reset" | "cut" | "clean-end" | "stall"; readonly after: number }
  | { readonly kind: "trickle"; readonly bytes: number; readonly ms: number }
  | {
      readonly kind: "status";
      readonly status: 429 | 500 | 502 | 503;
      readonly retryAfter?: number;
    };

/** Returns a random fault. `length` is the approximate number of bytes of an answer. */
export function randomFault(random: Random, length: number): Fault {
  const after = random.int(0, length);
  return random.pick<Fault>([
    { kind: "none" },
    { kind: "delay", ms: random.int(10, 400) },
    { kind: "refuse" },
    { kind: "swallow" },
    { kind: "half-close" },
    { kind: "buffer" },
    { kind: "twice" },
    { kind: "repeat" },
    { kind: "reset", after },
    { kind: "cut", after },
    { kind: "clean-end", after },
    { kind: "stall", after },
    { kind: "trickle", bytes: random.int(1, 40), ms: random.int(1, 20) },
    {
      kind: "status",
      status: random.pick([429, 500, 502, 503]),
      ...(random.chance(0.5) ? { retryAfter: random.int(0, 1) } : {}),
    },
  ]);
}
