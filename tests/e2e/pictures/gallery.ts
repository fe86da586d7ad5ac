import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { startApp } from "../src/app.ts";
import { ended, openGallery } from "../src/gallery.ts";
import { film } from "./film.ts";
import { still } from "./still.ts";

const prompt = "Tell me a story about two clocks";

/** Takes the split screen (a still and a film) and the gallery: light and dark, desktop and phone. */
export async function takeGallery(browser: Browser, folder: string): Promise<void> {
  const app = await startApp("gallery", { STORY_SPEED: "50" });
  const open = async (query: string, options: BrowserContextOptions) => {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    return openGallery(context, app, query);
  };
  const wide = { width: 1280, height: 860 };
  try {
    const split = await open("?view=split", { viewport: { width: 960, height: 560 } });
    await film(split.page, join(folder, "split-screen.gif"), async (wait) => {
      await wait(600);
      await split.ask(prompt);
      await wait(5000);
      await split.page.reload();
      await wait(4500);
    });
    await split.page.context().close();

    const still960 = await open("?view=split", { viewport: { width: 1120, height: 620 } });
    await still960.ask(prompt);
    await still960.until("react", ({ text }) => text.length > 700);
    await still(still960.page, join(folder, "split-screen.png"));
    await still960.page.context().close();

    for (const colorScheme of ["light", "dark"] as const) {
      const gallery = await open("", { viewport: wide, colorScheme });
      await gallery.ask(prompt, colorScheme === "dark" ? "svelte" : "react");
      await gallery.until("react", ({ text }) => text.length > 1500);
      await still(gallery.page, join(folder, `gallery-${colorScheme}.png`));
      await gallery.page.context().close();
    }

    const phone = await open("", { viewport: { width: 390, height: 844 } });
    await phone.ask(prompt);
    await phone.until("react", ended);
    await still(phone.page, join(folder, "gallery-phone.png"));
    await phone.page.context().close();
  } finally {
    await app.close();
  }
}
