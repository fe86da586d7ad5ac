import type { BrowserContext, Page } from "playwright-core";

/** A moment at which visible text was removed. */
export interface Shrink {
  readonly stream: string;
  readonly before: string;
  readonly after: string;
}

interface Recorded {
  /** The number of changes of each stream's text. */
  readonly changes: Record<string, number>;
  readonly shrinks: Shrink[];
}

/**
 * Records the changes of the visible text of each `[data-stream] [data-text]`, which may only grow, in
 * every page and frame that opens from now on.
 *
 * @param options.rendered compare only lengths: rendered Markdown rewrites its last line when a mark
 *   arrives
 * @param options.text the selector of the texts, if they have other marks
 */
export async function recordGrowth(
  context: BrowserContext,
  options: { rendered?: boolean; text?: string } = {},
): Promise<void> {
  const { rendered = false, text = "[data-stream] [data-text]" } = options;
  await context.addInitScript(
    ({ rendered, text }) => {
      const recorded: Recorded = { changes: {}, shrinks: [] };
      Object.assign(window, { twinstreamGrowth: recorded });
      const last = new Map<string, string>();
      const look = () => {
        const count = new Map<string, number>();
        for (const element of document.querySelectorAll<HTMLElement>(text)) {
          const stream = element.closest<HTMLElement>("[data-stream]")?.dataset.stream ?? "";
          const nth = (count.get(stream) ?? 0) + 1;
          count.set(stream, nth);
          const key = `${stream} ${nth}`;
          const before = last.get(key) ?? "";
          const after = element.textContent ?? "";
          if (before === after) continue;
          last.set(key, after);
          recorded.changes[stream] = (recorded.changes[stream] ?? 0) + 1;
          const grew = rendered ? after.length >= before.length : after.startsWith(before);
          if (!grew) {
            recorded.shrinks.push({ stream, before: before.slice(-80), after: after.slice(-80) });
          }
        }
      };
      new MutationObserver(look).observe(document, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    },
    { rendered, text },
  );
}

/** Returns every shrink so far in a page and its frames. */
export async function shrinks(page: Page): Promise<Shrink[]> {
  const found = await Promise.all(page.frames().map(recorded));
  return found.flatMap((frame) => frame.shrinks);
}

/** Returns the number of changes of a stream's text in a frame. */
export async function changes(frame: Frame, stream: string): Promise<number> {
  return (await recorded(frame)).changes[stream] ?? 0;
}

type Frame = ReturnType<Page["mainFrame"]>;

async function recorded(frame: Frame): Promise<Recorded> {
  const found = await frame.evaluate(
    () => (window as { twinstreamGrowth?: Recorded }).twinstreamGrowth,
  );
  if (!found)
    throw new Error(
      `Growth is not recorded at ${frame.url()}. Call recordGrowth before you open the page.`,
    );
  return found;
}
