import { statSync } from "node:fs";
import { basename } from "node:path";
import type { Page } from "playwright-core";

/** Takes a picture of a page, and prints its file size. */
export async function still(page: Page, path: string): Promise<void> {
  await page.screenshot({ path, animations: "disabled" });
  printPicture(path);
}

/** Prints the name and size of a picture. */
export function printPicture(path: string): void {
  console.log(`${basename(path)}  ${Math.round(statSync(path).size / 1024)} KiB`);
}
