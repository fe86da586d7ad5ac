/**
 * Runs jobs, at most `atATime` at once, and returns their results in order. Use it only to count:
 * jobs that run side by side disturb each other's timings.
 */
export async function pool<T>(atATime: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = new Array(jobs.length);
  let next = 0;
  const work = async () => {
    while (next < jobs.length) {
      const job = next++;
      results[job] = await jobs[job]!();
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return results;
}
