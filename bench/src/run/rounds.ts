/** One case of a benchmark. */
export interface Case<T> {
  readonly name: string;
  run(round: number): Promise<T>;
}

/**
 * Runs every case once per round, each round in another order, so that a disturbance of the machine
 * affects all of them alike.
 *
 * @param rounds how many rounds to run
 * @param cases the cases to compare
 * @returns the results of each case by its name, one per round
 */
export async function alternate<T>(
  rounds: number,
  cases: readonly Case<T>[],
): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < cases.length; turn++) {
      const current = cases[(turn + round) % cases.length]!;
      const start = performance.now();
      results.get(current.name)!.push(await current.run(round));
      if (process.env.BENCH_VERBOSE) {
        console.log(
          `round ${round + 1}: ${current.name}, ${Math.round(performance.now() - start)} ms`,
        );
      }
    }
  }
  return results;
}
