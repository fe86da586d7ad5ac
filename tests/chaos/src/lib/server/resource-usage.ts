import { readdirSync } from "node:fs";

/** The resources that a process uses at a moment. */
export interface ResourceUsage {
  /** Bytes of the JavaScript heap, after a collection if the process may request one. */
  readonly heap: number;
  /** Bytes in memory. */
  readonly rss: number;
  /** Open file descriptors; -1 if the system does not report them. */
  readonly files: number;
  /** The number of sockets, timers and other handles that keep the process alive, by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

/** Measures this process. */
export function measureUsage(): ResourceUsage {
  for (let i = 0; i < 3; i += 1) globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return { heap: heapUsed + arrayBuffers, rss, files: countFiles(), handles };
}

function countFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return -1;
  }
}

/** Describes a process's usage for a person to read. */
export function describeUsage({ heap, rss, files, handles }: ResourceUsage): string {
  const mega = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  const kinds = Object.entries(handles).map(([kind, count]) => `${kind} ${count}`);
  return `heap ${mega(heap)}, rss ${mega(rss)}, ${files} files, ${kinds.sort().join(", ")}`;
}
