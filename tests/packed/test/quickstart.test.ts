// The README's quickstart, as a stranger follows it: a fresh project of Vite's React template, the two files
// as they are, the packed packages, `node server.ts` and `vite`, in Chromium.
import { join } from "node:path";
import { hasChromium, launchChromium } from "@twinstream/harness/chromium";
import { type ModelServer, modelServer } from "@twinstream/harness/model-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { freePort, type Running, run } from "../src/processes.ts";
import { buildQuickstart } from "../src/project.ts";

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Context = Awaited<ReturnType<Browser["newContext"]>>;
type Page = Awaited<ReturnType<Context["newPage"]>>;

const WORDS = Array.from({ length: 60 }, (_, at) => `word ${at + 1}. `);
const ANSWER = WORDS.join("");
/** The number of words after which the model waits, so that no story races with the answer's end. */
const HELD_AFTER = 20;
/** The page's own address, in the README. */
const PAGE = "http://localhost:5173/";

let app: string;

test("a fresh react-ts project types and builds", async () => {
  app = await buildQuickstart(inject("folder"));
});

describe.skipIf(!hasChromium())("the quickstart in Chromium", () => {
  let model: ModelServer;
  let server: Running;
  let vite: Running;
  let browser: Browser;
  let context: Context;
  let release: () => void;
  let held: Promise<void>;
  /** What the pages' consoles said, and every request to the streams. */
  let complaints: string[];
  let requests: string[];

  async function* answer() {
    for (const [at, word] of WORDS.entries()) {
      if (at === HELD_AFTER) await held;
      yield word;
    }
  }

  beforeAll(async () => {
    model = await modelServer(({ body }) =>
      body.messages[0]?.content === "fail"
        ? { pieces: [], refuse: { status: 401, message: "Wrong key." } }
        : { pieces: answer(), pace: 15 },
    );
    const [port, pages] = [await freePort(), await freePort()];
    const env = { OPENAI_API_KEY: "test", OPENAI_BASE_URL: model.url, PORT: String(port) };
    server = run(app, ["server.ts"], env);
    const bin = join(app, "node_modules/vite/bin/vite.js");
    vite = run(app, [bin, "--host", "127.0.0.1", "--port", String(pages), "--strictPort"]);
    await vite.printed(/Local:/);
    // The browser reaches the README's two addresses at the ports that are free here.
    const rules = `MAP localhost:5173 127.0.0.1:${pages},MAP localhost:3000 127.0.0.1:${port}`;
    browser = await launchChromium({ args: [`--host-resolver-rules=${rules}`] });
  });
  afterAll(async () => {
    await browser?.close();
    await vite?.end();
    await server?.end();
    await model?.close();
  });

  beforeEach(async () => {
    held = new Promise((resolve) => {
      release = resolve;
    });
    [complaints, requests] = [[], []];
    context = await browser.newContext();
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    // cspell:ignore weberror
    context.on("weberror", (error) => complaints.push(String(error.error())));
    context.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/api/streams")) requests.push(`${request.method()} ${pathname}`);
    });
  });
  afterEach(async () => {
    release();
    await context.close();
  });

  async function open(address = PAGE): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(address);
    return page;
  }

  /** Records the length of the visible text after each change of the page. */
  const recordGrowth = (page: Page) =>
    page.evaluate(() => {
      const lengths: number[] = [];
      Object.assign(window, { lengths });
      const look = () => {
        const length = document.querySelector("p")?.textContent?.length ?? 0;
        if (length !== lengths.at(-1)) lengths.push(length);
      };
      const everything = { subtree: true, childList: true, characterData: true };
      new MutationObserver(look).observe(document, everything);
    });

  async function ask(page: Page, prompt: string): Promise<void> {
    await page.getByLabel("Prompt").fill(prompt);
    await page.getByRole("button", { name: "Ask" }).click();
  }

  const text = (page: Page) => page.locator("p").first().textContent();
  const words = (count: number) => WORDS.slice(0, count).join("");
  const shows = (page: Page, expected: string) =>
    expect.poll(() => text(page), { timeout: 60_000 }).toBe(expected);
  const says = (page: Page, status: string) =>
    page.locator("[role=status]", { hasText: status }).waitFor();

  test("shows an answer piece by piece, by one request", async () => {
    const page = await open();
    await recordGrowth(page);
    await ask(page, "Tell me");
    await shows(page, words(HELD_AFTER));
    expect(requests.filter((one) => !one.startsWith("OPTIONS"))).toEqual([
      expect.stringMatching(/^POST \/api\/streams\/[\w-]{22}\/drive$/),
    ]);
    release();
    await shows(page, ANSWER);
    await says(page, "done");
    const lengths = await page.evaluate<number[]>("window.lengths");
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(lengths.length).toBeGreaterThan(10);
    expect(model.requests.at(-1)?.body.messages).toEqual([{ role: "user", content: "Tell me" }]);
    expect(complaints).toEqual([]);
  });

  test("shows the same answer after a refresh in its middle, and in a second tab", async () => {
    const asked = model.requests.length;
    const page = await open();
    await ask(page, "Once more");
    await shows(page, words(HELD_AFTER));
    await page.reload();
    const tab = await open(page.url());
    for (const one of [page, tab]) {
      await shows(one, words(HELD_AFTER));
      await says(one, "streaming");
    }
    release();
    for (const one of [page, tab]) {
      await shows(one, ANSWER);
      await says(one, "done");
    }
    expect(model.requests.length - asked).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("stops", async () => {
    const page = await open();
    await ask(page, "Stop");
    await shows(page, words(HELD_AFTER));
    await page.getByRole("button", { name: "Stop" }).click();
    await says(page, "stopped");
    release();
    expect(await text(page)).toBe(words(HELD_AFTER));
    await page.reload();
    await says(page, "stopped");
    expect(ANSWER.startsWith((await text(page)) ?? "none")).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("shows the error of a model in words, live, after a refresh and in a second tab", async () => {
    const page = await open();
    await ask(page, "fail");
    await says(page, "The model did not answer.");
    await page.reload();
    await says(page, "The model did not answer.");
    await says(await open(page.url()), "The model did not answer.");
    expect(complaints).toEqual([]);
  });

  test("answers a second question in the same page", async () => {
    release();
    const page = await open();
    await ask(page, "One");
    await shows(page, ANSWER);
    const first = page.url();
    await ask(page, "Two");
    await says(page, "streaming");
    await shows(page, ANSWER);
    await says(page, "done");
    expect(page.url()).not.toBe(first);
    expect(model.requests.slice(-2).map(({ body }) => body.messages[0]?.content)).toEqual([
      "One",
      "Two",
    ]);
    expect(complaints).toEqual([]);
  });
});
