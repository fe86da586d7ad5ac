import type { RedisAdapter } from "./adapter.ts";
import { indexScripts } from "./index-scripts.ts";

const PAGE = 200;

interface Swept {
  readonly touched: boolean;
  /** When the stream ended, in ms; `"live"` if it has not ended, `""` if it is gone. */
  readonly next: string;
}

/**
 * Sweeps the streams of the index that are live or old.
 * @param sweep sweeps one stream
 * @returns how many streams were touched
 */
export async function sweepIndex(
  redis: RedisAdapter,
  index: string,
  retainMs: number,
  sweep: (id: string) => Promise<Swept>,
): Promise<number> {
  let touched = 0;
  // The next page skips the entries that stay where they are.
  for (let kept = 0; ; ) {
    const reply = await redis.run(indexScripts.due, [index], [`${retainMs}`, `${kept}`, `${PAGE}`]);
    const page = reply as Buffer[];
    if (page.length === 0) return touched;
    const entries = Array.from({ length: page.length / 2 }, (_, n) => ({
      id: `${page[2 * n]}`,
      score: `${page[2 * n + 1]}`,
    }));
    const moved = await Promise.all(
      entries.map(async ({ id, score }) => {
        const swept = await sweep(id);
        if (swept.touched) touched++;
        if (swept.next === "live") return false;
        const unseen = swept.touched ? "" : "unseen";
        return (
          (await redis.run(indexScripts.relist, [index], [id, score, swept.next, unseen])) === 1
        );
      }),
    );
    kept += moved.filter((each) => !each).length;
  }
}
