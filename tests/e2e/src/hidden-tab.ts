import type { BrowserContext, Page } from "playwright-core";

/**
 * Prepares the pages that open from now on for `hide`. A browser under test shows all its pages, so that
 * `hide` simulates a hidden tab: the page gets no animation frames, and its document says that it is
 * hidden.
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

/** Hides a page and its frames, as a background tab is. Resolves with a function that shows it again. */
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
