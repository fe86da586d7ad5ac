import { scripts } from "./scripts.ts";
import type { Calls } from "./shape.ts";

const PAGE = 200;

interface Swept {
  readonly touched: boolean;
  /** When the stream ended, in ms; `"live"` where it has not, `""` where it is gone. */
  readonly next: string;
}

/** Sweeps the streams that live and those that are old; returns how many were touched. */
export async function sweepIndex(
  calls: Calls,
  index: string,
  retainMs: number,
  sweep: (id: string) => Promise<Swept>,
): Promise<number> {
  let touched = 0;
  // What stays where it is in the index is passed over by the next page.
  for (let kept = 0; ; ) {
    const reply = await calls.run(scripts.due, [index], [`${retainMs}`, `${kept}`, `${PAGE}`]);
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
        return (await calls.run(scripts.relist, [index], [id, score, swept.next, unseen])) === 1;
      }),
    );
    kept += moved.filter((each) => !each).length;
  }
}
