import type { BrowserContext, Page } from "playwright-core";

/**
 * Makes the pages opened from now on ready for `hide`. A browser under test shows all its pages,
 * so what a hidden tab lacks is taken from it: no frames, and it says that it is hidden.
 */
export async function hideable(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    let hidden = false;
    let waiting: FrameRequestCallback[] = [];
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (run) => (hidden ? waiting.push(run) : frame(run));
    Object.defineProperties(document, {
      hidden: { get: () => hidden },
      visibilityState: { get: () => (hidden ? "hidden" : "visible") },
    });
    Object.assign(window, {
      twinstreamHide(hide: boolean) {
        hidden = hide;
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        if (hidden) return;
        const due = waiting;
        waiting = [];
        for (const run of due) frame(run);
      },
    });
  });
}

/** Hides a page, with all its frames, as a tab in the background is; resolves with what shows it again. */
export async function hide(page: Page): Promise<() => Promise<void>> {
  const set = (hidden: boolean) =>
    Promise.all(
      page.frames().map((frame) =>
        frame.evaluate((hidden) => {
          const window = globalThis as unknown as { twinstreamHide(hidden: boolean): void };
          window.twinstreamHide(hidden);
        }, hidden),
      ),
    );
  await set(true);
  return async () => void (await set(false));
}
