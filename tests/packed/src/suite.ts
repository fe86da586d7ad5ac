import { hasChromium, launchChromium } from "@twinstream/harness/chromium";
import { describe, expect, inject, test } from "vitest";
import { browse } from "./browse.ts";
import { buildStranger, type Stranger } from "./project.ts";

/** A stranger's app: it builds, and its answer is driven and followed in a browser. */
export function packedApp(stranger: Stranger): void {
  const { name, template } = stranger;
  describe(name, () => {
    test(`a fresh ${template} project builds`, async () => {
      await buildStranger(stranger, inject("folder"));
    });

    test.skipIf(!hasChromium())("one answer is driven and followed in Chromium", async () => {
      const browser = await launchChromium();
      try {
        expect(await browse(browser, `${inject("url")}/${name}/`)).toEqual([]);
      } finally {
        await browser.close();
      }
    });
  });
}
