// The exhaustive walk: every interleaving of events, up to a depth, over the machine and the merge.
// States that were reached before are not walked again, but their interleavings are counted.
import { walkMachine } from "./walk-machine.ts";
import { walkMerge } from "./walk-merge.ts";
import type { Walked } from "./walked.ts";

/** Everything, to `depth` events. */
export function walk(depth = 7): Walked[] {
  const walked = [walkMerge(depth)];
  for (const claims of [true, false]) {
    for (const reads of [true, false]) {
      for (const attempts of [undefined, 2]) {
        for (const creates of claims ? [false, true] : [false]) {
          const name = `machine, ${claims ? "a claim" : "no claim"}, ${creates ? "a drive that creates, " : ""}a source that ${reads ? "is asked" : "pushes"}, ${attempts ?? "all"} attempts`;
          walked.push(walkMachine(depth, { claims, creates, reads, attempts }, name));
        }
      }
    }
  }
  return walked;
}
