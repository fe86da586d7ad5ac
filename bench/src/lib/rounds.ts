/** What takes part in a benchmark. */
export interface Contender<T> {
  readonly name: string;
  run(round: number): Promise<T>;
}

/**
 * Runs every contender once a round, each round in another order, so that what disturbs the machine
 * for a while disturbs all of them.
 */
export async function alternate<T>(
  rounds: number,
  contenders: readonly Contender<T>[],
): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(turn + round) % contenders.length]!;
      const start = performance.now();
      results.get(contender.name)!.push(await contender.run(round));
      if (process.env.BENCH_VERBOSE) {
        console.log(
          `round ${round + 1}: ${contender.name}, ${Math.round(performance.now() - start)} ms`,
        );
      }
    }
  }
  return results;
}
