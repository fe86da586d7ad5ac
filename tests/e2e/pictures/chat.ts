import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { startApp } from "../src/app.ts";
import { openChat } from "../src/chat.ts";
import { still } from "./still.ts";

/** Takes the chat in mid-answer: light and dark, desktop and phone. */
export async function takeChat(browser: Browser, folder: string): Promise<void> {
  const app = await startApp("chat", { STORY_SPEED: "100" });
  const desktop = { width: 1120, height: 760 };
  const shots: Record<string, BrowserContextOptions> = {
    "chat-light": { viewport: desktop, colorScheme: "light" },
    "chat-dark": { viewport: desktop, colorScheme: "dark" },
    "chat-phone": { viewport: { width: 390, height: 844 }, colorScheme: "light" },
  };
  try {
    for (const [name, options] of Object.entries(shots)) {
      const context = await browser.newContext({ reducedMotion: "reduce", ...options });
      const chat = await openChat(context, app);
      await chat.ask("Tell me a story about two clocks");
      await chat.until(({ text }) => text.length > 1300);
      await still(chat.page, join(folder, `${name}.png`));
      await context.close();
    }
  } finally {
    await app.close();
  }
}
