import { trueText } from "../server/answer.ts";
import type { SingleServer } from "../server/single-server.ts";

/** Writes bytes as megabytes for a person to read. */
export function mega(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

/** Throws if a figure is above its bound. */
export function atMost(what: string, bytes: number, bound: number): void {
  if (bytes > bound) throw new Error(`${what}: ${mega(bytes)}, more than ${mega(bound)}`);
}

/** Drives a small answer to its end, as another user would meanwhile. Throws if its text is not exact. */
export async function serveAnother(server: SingleServer): Promise<void> {
  const input = { seed: 7, length: 2_000, pace: 1 };
  const response = await server.drive(await server.create(), input);
  if ((await response.text()) !== trueText(input)) {
    throw new Error("another user's answer was not exact meanwhile");
  }
}
