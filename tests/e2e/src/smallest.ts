import type { BrowserContext, Page } from "playwright-core";
import { until } from "./gallery.ts";
import { recordGrowth } from "./growth.ts";

/** The smallest apps, by the names of their folders in `examples/`. */
export const smallest = ["react", "vue", "svelte", "solid", "vanilla"] as const;

/** One of the smallest apps in a browser. */
export interface Small {
  readonly page: Page;
  /** Sends a prompt. Resolves with the stream's id, which is in the address at once. */
  ask(prompt: string): Promise<string>;
  /** Resolves with the visible text and status when `ready` returns true for them. */
  until(ready: (seen: SeenSmall) => boolean): Promise<SeenSmall>;
}

interface SeenSmall {
  readonly text: string;
  readonly status: string;
}

/** Opens one of the smallest apps, and records the growth of its text. */
export async function openSmall(context: BrowserContext, address: string): Promise<Small> {
  await recordGrowth(context, { text: "pre" });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  return {
    page,
    async ask(prompt) {
      await page.getByLabel("Prompt").fill(prompt);
      await page.getByRole("button", { name: "Ask" }).click();
      await page.waitForURL(/#./);
      return new URL(page.url()).hash.slice(1);
    },
    until: (ready) =>
      until(
        () =>
          page.evaluate(() => {
            const text = (selector: string) => document.querySelector(selector)?.textContent ?? "";
            return { text: text("pre"), status: text("output") };
          }),
        ready,
      ),
  };
}
