/**
 * What `promise` comes to; where that takes longer than `ms`, what `late` returns or throws. The
 * promise goes on, and nobody hears any more what becomes of it.
 */
export async function within<T, L = void>(
  ms: number,
  promise: Promise<T>,
  late: () => L,
): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([promise, timeout.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
