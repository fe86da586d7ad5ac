// Takes the README's pictures from the running apps: `npm run pictures`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "@twinstream/harness/chromium";
import { takeChat } from "./chat.ts";
import { takeGallery } from "./gallery.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "docs", "pictures");
mkdirSync(folder, { recursive: true });

const browser = await launchChromium();
try {
  await takeGallery(browser, folder);
  await takeChat(browser, folder);
} finally {
  await browser.close();
}
