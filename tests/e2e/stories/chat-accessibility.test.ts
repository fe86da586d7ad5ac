import { describe, expect } from "vitest";
import { violations } from "../src/axe.ts";
import { openChat } from "../src/chat.ts";
import { begun, ended } from "../src/gallery.ts";
import { storiesOf } from "../src/stories.ts";

const it = storiesOf("chat");

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  it.for(["desktop", "phone"] as const)(
    "axe finds nothing wrong at %s width",
    async (size, { browser, model, app }) => {
      const context = await browser.newContext({
        viewport: sizes[size],
        colorScheme,
        reducedMotion: "reduce",
      });
      const chat = await openChat(context, app);
      await chat.page.getByText("What would you like").waitFor();
      expect(await violations(chat.page), "before a question").toEqual([]);
      model.hold();
      await chat.ask("how does it look");
      await chat.until(begun);
      expect(await violations(chat.page), "while it streams").toEqual([]);
      await chat.press("Stop");
      await chat.until(ended);
      model.release();
      await chat.ask("and with everything in it");
      await chat.until((last) => last.status === "done");
      if (size === "phone") await chat.press("Conversations");
      expect(await violations(chat.page), "at the end").toEqual([]);
      const overflow = await chat.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, "nothing is wider than the page").toBe(0);

      await chat.page.goto(`${app.url}/c/unknown`);
      await chat.page.getByText("There is nothing here.").waitFor();
      expect(await violations(chat.page), "on an empty page").toEqual([]);
      await context.close();
    },
  );
});
