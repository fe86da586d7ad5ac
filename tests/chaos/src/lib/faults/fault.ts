import type { Random } from "../util/random.ts";

/**
 * What goes wrong with one request. `after` counts bytes of the answer's body.
 * - `delay`: the answer comes `ms` later
 * - `refuse`: the connection is reset, no server hears of the request
 * - `swallow`: a server answers, the connection is reset before the answer's first byte
 * - `reset`: reset after so many bytes
 * - `cut`: closed after so many bytes, without the end that the framing promised
 * - `clean-end`: ended after so many bytes as if that were all
 * - `half-close`: the request's side is closed while the answer still comes
 * - `stall`: nothing more comes after so many bytes, and nothing closes
 * - `trickle`: `bytes` at a time, `ms` apart
 * - `buffer`: held back until the answer is complete
 * - `twice`: the answer is sent, and then sent again on the same connection
 * - `repeat`: the request reaches a server twice, as from a proxy that retries
 * - `status`: the proxy answers by itself, with `Retry-After` where given (seconds)
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

/** A random fault; `length` is about how many bytes an answer has. */
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
