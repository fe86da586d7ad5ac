// Measures one reading in a process of its own: `fork("child.ts", ["plain" | "react"])`.
import { answer } from "../run/child.ts";
import { checkLength, plain } from "./plain.ts";
import { pacing } from "./responses.ts";

/** A request to the process. */
export interface ClientRequest {
  readonly implementation: string;
  readonly chunks: number;
  readonly warm: number;
}

/** The cost of one reading. */
export interface Cost {
  /** CPU time of the process, in ms. */
  readonly cpu: number;
  readonly elapsed: number;
  readonly commits: number;
}

const [kind] = process.argv.slice(2);
if (kind === "react") await import("./dom.ts");
const readings = kind === "react" ? (await import("./react.ts")).react : plain;
const { commits } = kind === "react" ? await import("./mount.ts") : { commits: { count: 0 } };

// Chunks arrive in several tasks, as from a network: React commits between two tasks.
if (kind === "react") pacing.chunksPerTask = 50;

answer(async ({ implementation, chunks, warm }: ClientRequest): Promise<Cost> => {
  const make = readings[implementation]!;
  if (warm > 0) checkLength(implementation, warm, await make(warm)());
  const read = make(chunks);
  globalThis.gc?.();
  commits.count = 0;
  const before = process.cpuUsage();
  const start = performance.now();
  const length = await read();
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  checkLength(implementation, chunks, length);
  return { cpu: (user + system) / 1000, elapsed, commits: commits.count };
});
