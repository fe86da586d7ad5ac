import type { Pace } from "../server/contender.ts";

/** The token of a place in a text, "tok 0000123 and ": 16 bytes, which say where it is. */
export const token = (index: number) => `tok ${String(index).padStart(7, "0")} and `;

export const TOKEN_BYTES = 16;

/** Milliseconds, the same in every process of this machine. */
export const clock = () => performance.timeOrigin + performance.now();

/**
 * A model's tokens. Paced, each comes when it is due; unpaced, as fast as they are taken, each in a
 * turn of the event loop of its own, as a network would bring them.
 */
export async function* tokens({ count, every, start }: Pace): AsyncGenerator<string> {
  for (let index = 0; index < count; index++) {
    const wait = every === 0 ? 0 : start + index * every - clock();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    else await new Promise<void>((resolve) => setImmediate(resolve));
    yield token(index);
  }
}
