import { trueText } from "../server/answer.ts";
import type { Single } from "../server/single-server.ts";

/** Bytes as megabytes, for a person to read. */
export function mega(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

/** Throws where a figure is above its bound. */
export function atMost(what: string, bytes: number, bound: number): void {
  if (bytes > bound) throw new Error(`${what}: ${mega(bytes)}, more than ${mega(bound)}`);
}

/** Drives a small answer to its end, as any other user would meanwhile; throws where it is not exact. */
export async function serveAnother(server: Single): Promise<void> {
  const input = { seed: 7, length: 2_000, pace: 1 };
  const response = await server.drive(await server.create(), input);
  if ((await response.text()) !== trueText(input)) {
    throw new Error("another user was not served meanwhile");
  }
}
