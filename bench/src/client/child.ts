// One reading in a process of its own: `fork("child.ts", ["plain" | "react"])`.
import { answer } from "../lib/child.ts";
import { feeding } from "./feed.ts";
import { checkLength, plain } from "./plain.ts";

/** What a client's process is asked. */
export interface ClientRequest {
  readonly contender: string;
  readonly chunks: number;
  readonly warm: number;
}

/** What a reading cost. */
export interface Cost {
  /** Of the CPU, in ms. */
  readonly cpu: number;
  readonly elapsed: number;
  readonly commits: number;
}

const [kind] = process.argv.slice(2);
if (kind === "react") await import("./dom.ts");
const readings = kind === "react" ? (await import("./react.ts")).react : plain;
const { commits } = kind === "react" ? await import("./mount.ts") : { commits: { count: 0 } };

// As a network brings them: between two tasks, React commits.
if (kind === "react") feeding.together = 50;

answer(async ({ contender, chunks, warm }: ClientRequest): Promise<Cost> => {
  const make = readings[contender]!;
  if (warm > 0) checkLength(contender, warm, await make(warm)());
  const read = make(chunks);
  globalThis.gc?.();
  commits.count = 0;
  const before = process.cpuUsage();
  const start = performance.now();
  const length = await read();
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  checkLength(contender, chunks, length);
  return { cpu: (user + system) / 1000, elapsed, commits: commits.count };
});
