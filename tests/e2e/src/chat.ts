import type { BrowserContext, Page } from "playwright-core";
import { until } from "./gallery.ts";
import { recordGrowth } from "./growth.ts";

/** An answer on the page. */
export interface Answer {
  readonly stream: string;
  readonly status: string;
  /** The code of its error. */
  readonly error: string | undefined;
  /** The visible text, which is rendered Markdown. */
  readonly text: string;
}

/** The address of a question, which is the drive of its answer. */
export const DRIVE = /\/api\/streams\/([\w-]+)\/drive/;

/** The chat in a browser. */
export interface Chat {
  readonly page: Page;
  /** Sends a question by keyboard. Resolves with the stream of its answer. */
  ask(prompt: string): Promise<string>;
  answers(): Promise<Answer[]>;
  /** Resolves with the last answer when `ready` returns true for it. */
  until(ready: (last: Answer) => boolean): Promise<Answer>;
  press(button: string): Promise<void>;
}

/** Opens the chat and records the growth of its text. */
export async function openChat(
  context: BrowserContext,
  app: { readonly url: string },
  path = "/",
): Promise<Chat> {
  await recordGrowth(context, { rendered: true });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(new URL(path, app.url).href);

  const chat: Chat = {
    page,
    async ask(prompt) {
      await page.getByLabel("Your message").fill(prompt);
      const asked = page.waitForResponse(DRIVE);
      await page.keyboard.press("Enter");
      return DRIVE.exec((await asked).url())![1]!;
    },
    answers: () =>
      page.locator(".answer").evaluateAll((elements) =>
        elements.map((element) => ({
          stream: (element as HTMLElement).dataset.stream ?? "",
          status: (element as HTMLElement).dataset.status ?? "",
          error: (element as HTMLElement).dataset.error,
          text: element.querySelector("[data-text]")?.textContent ?? "",
        })),
      ),
    until: (ready) =>
      until(
        async () =>
          (await chat.answers()).at(-1) ?? {
            stream: "",
            status: "none",
            error: undefined,
            text: "",
          },
        ready,
      ),
    press: (button) => page.getByRole("button", { name: button, exact: true }).click(),
  };
  return chat;
}

/** Reloads the page and returns the visible text of the stored answer. */
export async function reloaded({ page, until }: Chat): Promise<string> {
  await page.reload();
  return (await until(({ text }) => text !== "")).text;
}
