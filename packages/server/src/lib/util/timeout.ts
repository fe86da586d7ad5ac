/**
 * Waits for `promise`, but no longer than `ms`. The promise goes on; its late result is ignored.
 * @param ms in milliseconds
 * @param late called if the time is over; returns the result instead, or throws. Default: undefined
 * @returns what `promise` resolves with, or the result of `late`
 * @example const record = await timeout(2000, ended);
 */
export async function timeout<T, L = undefined>(
  ms: number,
  promise: Promise<T>,
  late?: () => L,
): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([promise, over.then(() => late?.() as L)]);
  } finally {
    clearTimeout(timer);
  }
}
