import { readdirSync } from "node:fs";

/** What a process holds at a moment. */
export interface Gauge {
  /** Bytes of the JavaScript heap after a collection, where the process may ask for one. */
  readonly heap: number;
  /** Bytes in memory. */
  readonly rss: number;
  /** Open file descriptors; -1 where the system does not say. */
  readonly files: number;
  /** Sockets, timers and the like that keep the process alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Measures this process. */
export function gauge(): Gauge {
  for (let i = 0; i < 3; i += 1) globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return { heap: heapUsed + arrayBuffers, rss, files: countFiles(), resources };
}

function countFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return -1;
  }
}

/** A gauge for a person to read. */
export function describeGauge({ heap, rss, files, resources }: Gauge): string {
  const mega = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  const kinds = Object.entries(resources).map(([kind, count]) => `${kind} ${count}`);
  return `heap ${mega(heap)}, rss ${mega(rss)}, ${files} files, ${kinds.sort().join(", ")}`;
}
