/**
 * Gathers items into batches. Items that arrive while a batch is under way wait for the next. So
 * many streams that write at once cost one statement and one commit, and a slow database gets
 * bigger batches, not a longer queue.
 *
 * @param run carries out a batch and returns its results in the same order. A result that is a
 * promise settles on its own: if it is slow or fails, the others are not affected
 * @param maxItems the most items in one batch
 * @returns a function that adds an item, and returns its result
 */
export function batched<Item, Result>(
  run: (items: Item[]) => Promise<(Result | Promise<Result>)[]>,
  maxItems: number,
): (item: Item) => Promise<Result> {
  type Entry = {
    item: Item;
    resolve(result: Result | Promise<Result>): void;
    reject(error: unknown): void;
  };
  let queue: Entry[] = [];
  let busy = false;

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, maxItems);
      queue = queue.slice(maxItems);
      try {
        const results = await run(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => {
          resolve(results[index] as Result | Promise<Result>);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    busy = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (busy) return;
      busy = true;
      // Timers that are due together run before this, so their flushes share the first batch.
      setImmediate(work);
    });
}
