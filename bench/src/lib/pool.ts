/** Carries out jobs, so many at a time, and returns what they came to in their order. For what is counted; never for what is timed. */
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
