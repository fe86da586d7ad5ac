import type { BrowserContext, Frame, Page } from "playwright-core";
import { recordGrowth } from "./growth.ts";

export const frameworks = ["react", "vue", "svelte", "solid", "js"] as const;
export type Framework = (typeof frameworks)[number];

/** The visible state of a pane. */
export interface Seen {
  readonly text: string;
  readonly status: string;
  readonly role: string;
  /** The origin of the text. */
  readonly origin: string;
  readonly requests: number;
}

/** The gallery in a browser. */
export interface Gallery {
  readonly page: Page;
  /** Chooses the driver and sends a prompt. Resolves with the stream's id. */
  ask(prompt: string, driver?: Framework): Promise<string>;
  frame(framework: Framework): Promise<Frame>;
  seen(framework: Framework): Promise<Seen>;
  /** Resolves with the state of a pane when `ready` returns true for it. */
  until(framework: Framework, ready: (seen: Seen) => boolean): Promise<Seen>;
}

/** Opens the gallery and records the growth of the text in all panes. */
export async function openGallery(
  context: BrowserContext,
  app: { readonly url: string },
  query = "",
): Promise<Gallery> {
  await recordGrowth(context);
  const page = await context.newPage();
  await page.goto(`${app.url}/${query}`);

  const gallery: Gallery = {
    page,
    async ask(prompt, driver) {
      if (driver) await page.locator(`input[value="${driver}"]`).check();
      await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
      const created = page.waitForResponse(
        (response) => new URL(response.url()).pathname === "/api/streams",
      );
      await page.getByRole("button", { name: "Ask" }).click();
      return (await (await created).json()).id;
    },
    async frame(framework) {
      const element = await page.locator(`iframe[data-pane="${framework}"]`).elementHandle();
      return (await element!.contentFrame())!;
    },
    seen: async (framework) => seenIn(await gallery.frame(framework)),
    until: async (framework, ready) => until(() => gallery.seen(framework), ready),
  };
  return gallery;
}

/** Returns the state of a pane, in the gallery or in a tab of its own. */
export function seenIn(frame: Frame | Page): Promise<Seen> {
  return frame.evaluate(() => {
    const text = (selector: string) => document.querySelector(selector)?.textContent ?? "";
    return {
      text: text("[data-text]"),
      status: text("#status"),
      role: text("#role"),
      origin: text("#origin"),
      requests: Number(text("#requests")),
    };
  });
}

/** Calls `look` until `ready` returns true for its result. Rejects after a minute, with the last result. */
export async function until<T>(look: () => Promise<T>, ready: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + 60_000;
  let last: T | undefined;
  let problem: unknown;
  while (performance.now() < end) {
    try {
      last = await look();
      if (ready(last)) return last;
    } catch (error) {
      // A pane cannot be read while it reloads.
      problem = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(
    `The page did not become ready within a minute. Last seen: ${JSON.stringify(last)}`,
    {
      cause: problem,
    },
  );
}

export const ended = ({ status }: Pick<Seen, "status">): boolean =>
  status === "done" || status === "stopped" || status === "error" || status === "timeout";

export const begun = ({ text }: Pick<Seen, "text">): boolean => text.length > 40;
