import { statSync } from "node:fs";
import { basename } from "node:path";
import type { Page } from "playwright-core";

/** Takes a picture of what a page shows, and says how large its file is. */
export async function still(page: Page, path: string): Promise<void> {
  await page.screenshot({ path, animations: "disabled" });
  told(path);
}

/** Says which picture was taken. */
export function told(path: string): void {
  console.log(`${basename(path)}  ${Math.round(statSync(path).size / 1024)} KiB`);
}
