import { launchChromium } from "@twinstream/harness/chromium";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, startApp } from "../src/app.ts";
import { violations } from "../src/axe.ts";
import { begun, ended, openGallery } from "../src/gallery.ts";
import { type PacedModel, startModel } from "../src/paced-model.ts";

let browser: Browser;
let model: PacedModel;
let app: App;

beforeAll(async () => {
  model = await startModel();
  [browser, app] = await Promise.all([launchChromium(), startApp("gallery", model.env)]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await model?.close();
});

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  describe.each(["desktop", "phone"] as const)("at %s width", (size) => {
    it.each(["?view=split", ""])("axe finds nothing wrong (%s)", async (query) => {
      const context = await browser.newContext({
        viewport: sizes[size],
        colorScheme,
        reducedMotion: "reduce",
      });
      const gallery = await openGallery(context, app, query);
      expect(await violations(gallery.page), "before a question").toEqual([]);
      model.hold();
      await gallery.ask("how does it look");
      await gallery.until("react", begun);
      expect(await violations(gallery.page), "while it streams").toEqual([]);
      model.release();
      await gallery.until("react", ended);
      expect(await violations(gallery.page), "at the end").toEqual([]);
      const overflow = await gallery.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, "nothing is wider than the page").toBe(0);
      await context.close();
    });
  });
});
