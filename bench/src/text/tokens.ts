import type { Pace } from "../server/server.ts";

/** The token at a place of a text, "tok 0000123 and ": 16 bytes that name the place. */
export const token = (index: number) => `tok ${String(index).padStart(7, "0")} and `;

export const TOKEN_BYTES = 16;

/** The time in milliseconds, on one scale for all processes of this machine. */
export const clock = () => performance.timeOrigin + performance.now();

/**
 * Yields tokens like a model. If paced, each token comes when it is due. If not, tokens come as fast as
 * they are consumed, each in its own turn of the event loop, as from a network.
 */
export async function* tokens({ count, every, start }: Pace): AsyncGenerator<string> {
  for (let index = 0; index < count; index++) {
    const wait = every === 0 ? 0 : start + index * every - clock();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    else await new Promise<void>((resolve) => setImmediate(resolve));
    yield token(index);
  }
}
