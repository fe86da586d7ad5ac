import { describe, expect } from "vitest";
import { violations } from "../src/axe.ts";
import { begun, ended, openGallery } from "../src/gallery.ts";
import { storiesOf } from "../src/stories.ts";

const it = storiesOf("gallery");

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  describe.each(["desktop", "phone"] as const)("at %s width", (size) => {
    it.for(["?view=split", ""])(
      "axe finds nothing wrong (%s)",
      async (query, { browser, model, app }) => {
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
      },
    );
  });
});
