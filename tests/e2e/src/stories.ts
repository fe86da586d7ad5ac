import { launchChromium } from "@twinstream/harness/chromium";
import { expect, test } from "vitest";
import { type App, startApp } from "./app.ts";
import { shrinks } from "./growth.ts";
import { startModel } from "./paced-model.ts";

/**
 * The tests of an app's stories. What a story names in its parameters is started for it:
 *
 * | | |
 * |---|---|
 * | `browser` | a Chromium for the file |
 * | `model` | the model that `app` asks. Each story finds it at its first pace, and holding nothing |
 * | `app` | the app for the file, in a process of its own |
 * | `start(env?)` | starts an app for one story, which may kill it; it asks `model`, or as `env` says |
 * | `context` | a browser's profile for one story. No text may ever be taken away on its pages |
 * | `stored(app, id)` | the stored text of a stream, as `context` may read it at that address |
 */
export const storiesOf = (name: "chat" | "gallery" | "server") =>
  test
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from its parameter
    .extend("browser", { scope: "file" }, async ({}, { onCleanup }) => {
      const browser = await launchChromium();
      onCleanup(() => browser.close());
      return browser;
    })
    // biome-ignore lint/correctness/noEmptyPattern: as above
    .extend("started", { scope: "file" }, async ({}, { onCleanup }) => {
      const model = await startModel();
      onCleanup(() => model.close());
      return model;
    })
    .extend("app", { scope: "file" }, async ({ started }, { onCleanup }) => {
      const app = await startApp(name, started.env);
      onCleanup(async () => {
        expect(await app.close(), "the exit code after Ctrl-C").toBe(0);
      });
      return app;
    })
    .extend("model", { auto: true }, async ({ started }) => {
      started.reset();
      return started;
    })
    .extend("start", async ({ model }, { onCleanup }) => {
      const apps: App[] = [];
      onCleanup(async () => {
        for (const app of apps) await app.close();
      });
      return async (env: Readonly<Record<string, string>> = model.env): Promise<App> => {
        const app = await startApp(name, env);
        apps.push(app);
        return app;
      };
    })
    .extend("context", async ({ browser }, { onCleanup }) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      onCleanup(async () => {
        const taken = await Promise.all(context.pages().map(shrinks));
        await context.close();
        expect(taken.flat(), "text that was taken away").toEqual([]);
      });
      return context;
    })
    .extend("stored", async ({ context }) => async (at: Pick<App, "url">, id: string) => {
      return (await context.request.get(`${at.url}/api/streams/${id}`)).text();
    });
