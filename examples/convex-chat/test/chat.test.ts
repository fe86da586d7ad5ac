// The example in a real Chromium: its built page, its Convex functions and the component's, over real HTTP
// and the WebSocket of Convex's own client.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath, launchChromium } from "@twinstream/harness/chromium";
import { type ConvexDeployment, modulesBelow, startConvex } from "@twinstream/harness/convex";
import { staticFiles } from "@twinstream/harness/static";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { build } from "vite";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { sourceAlias } from "../../../vitest.base.ts";
import { api } from "../convex/_generated/api.ts";

const root = join(import.meta.dirname, "..");
const LAST_LINE = "for (const ship of ships) ship.listen();";

function available(): boolean {
  try {
    return Boolean(chromiumPath());
  } catch {
    return false;
  }
}

describe.skipIf(!available())("the chat in Chromium", () => {
  let dist: string;
  let browser: Browser;
  let deployment: ConvexDeployment;
  let context: BrowserContext;

  beforeAll(async () => {
    dist = await mkdtemp(join(tmpdir(), "convex-chat-"));
    await build({
      root,
      logLevel: "error",
      resolve: { alias: sourceAlias },
      build: { outDir: dist, emptyOutDir: true },
    });
    browser = await launchChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await rm(dist, { recursive: true, force: true });
  });

  beforeEach(async () => {
    deployment = await startConvex({
      modules: modulesBelow(join(root, "convex")),
      serve: staticFiles(dist),
    });
    context = await browser.newContext();
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await context.close();
      await deployment.close();
    });
  });

  async function open(): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(deployment.url);
    return page;
  }

  async function ask(page: Page, prompt: string): Promise<void> {
    await page.getByLabel("Your message").fill(prompt);
    await page.getByRole("button", { name: "Send" }).click();
  }

  const answer = (page: Page, status?: string) =>
    page.locator(status ? `.answer[data-status="${status}"]` : ".answer");

  const drives = () => deployment.requests.filter(({ method }) => method === "POST").length;

  test("send: the answer streams to the sender and to a second tab, from one request", async () => {
    const first = await open();
    const second = await open();
    await ask(first, "Tell me a story");
    await answer(first, "streaming").waitFor();
    await answer(second, "streaming").waitFor();
    await first.getByText("logbook").waitFor();
    await answer(first, "done").waitFor();
    await answer(second, "done").waitFor();
    expect(await answer(first).textContent()).toContain(LAST_LINE);
    expect(await answer(second).innerHTML()).toBe(await answer(first).innerHTML());
    expect(drives()).toBe(1);
  });

  test("a refresh in mid-answer: the answer continues, and nothing is generated twice", async () => {
    const page = await open();
    await ask(page, "Tell me a story");
    await page.getByText("logbook").waitFor();
    await page.reload();
    await answer(page, "streaming").waitFor();
    await answer(page, "done").waitFor();
    const text = (await answer(page).textContent()) ?? "";
    expect(text).toContain(LAST_LINE);
    expect(text.split("lighthouse keeper")).toHaveLength(2);
    expect(drives()).toBe(1);
  });

  test("stop in one tab ends the answer in the other", async () => {
    const first = await open();
    const second = await open();
    await ask(first, "Tell me a story");
    await second.getByText("logbook").waitFor();
    await second.getByRole("button", { name: "Stop" }).click();
    await answer(second, "done").waitFor();
    await answer(first, "done").waitFor();
    expect(await answer(first).textContent()).not.toContain(LAST_LINE);
  });

  test("clear chat empties every tab and the database", async () => {
    vi.stubEnv("PACE_MS", "2");
    const first = await open();
    const second = await open();
    await ask(first, "Tell me a story");
    await answer(first, "done").waitFor();
    await second.getByRole("button", { name: "Clear chat" }).click();
    await second.getByText("No messages yet").waitFor();
    await first.getByText("No messages yet").waitFor();
    expect(await deployment.backend.query(api.messages.list, {})).toEqual([]);
    await ask(first, "Another one");
    await answer(first, "done").waitFor();
    expect(await answer(first).textContent()).toContain("Another one");
  });

  test("a second and a third question in one conversation", async () => {
    vi.stubEnv("PACE_MS", "2");
    const page = await open();
    for (const prompt of ["One", "Two", "Three"]) {
      await ask(page, prompt);
      await page.getByText(`You asked: ${prompt}`).waitFor();
    }
    await expect.poll(() => answer(page, "done").count(), { timeout: 30_000 }).toBe(3);
    expect(drives()).toBe(3);
  });
});
