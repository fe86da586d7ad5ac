// Tests of the checks that the stories rely on: each check must fail if it should.

import { launchChromium } from "@twinstream/harness/chromium";
import { serve } from "@twinstream/harness/serve";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { violations } from "../src/axe.ts";
import { until } from "../src/gallery.ts";
import { recordGrowth, shrinks } from "../src/growth.ts";
import { hide, hideable } from "../src/hidden-tab.ts";
import { startNetwork } from "../src/network-relay.ts";
import { inFlight } from "../src/open-requests.ts";

let browser: Browser;
let context: BrowserContext;
let site: Awaited<ReturnType<typeof serve>>;

const html = `<!doctype html><html lang="en"><title>t</title><main><h1>t</h1>
  <div data-stream="s"><p data-text></p></div></main></html>`;

beforeAll(async () => {
  browser = await launchChromium();
  site = await serve((request) =>
    new URL(request.url).pathname === "/held"
      ? new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(9)) }))
      : new Response(html, { headers: { "content-type": "text/html" } }),
  );
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

async function open(url = site.url): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Shows one text after another, each in its own task. */
async function show(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.evaluate((text) => {
      document.querySelector("[data-text]")!.textContent = text;
    }, text);
  }
}

it("reports no shrink of a text that grows", async () => {
  await recordGrowth(context);
  const page = await open();
  await show(page, "a", "ab", "ab 🙂", "ab 🙂c");
  expect(await shrinks(page)).toEqual([]);
});

it.each([
  ["gets shorter", ["abc", "ab"]],
  ["is rewritten at the same length", ["abc", "abd"]],
  ["is empty for a moment", ["abc", "", "abcd"]],
])("reports a text that %s", async (_, texts) => {
  await recordGrowth(context);
  const page = await open();
  await show(page, ...texts);
  expect(await shrinks(page)).toMatchObject([{ stream: "s", before: "abc", after: texts[1] }]);
});

it("reports a text that is empty for a moment in a replaced element", async () => {
  await recordGrowth(context);
  const page = await open();
  await show(page, "abc");
  await page.evaluate(async () => {
    document.querySelector("main")!.innerHTML = `<div data-stream="s"><p data-text></p></div>`;
  });
  expect(await shrinks(page)).toMatchObject([{ before: "abc", after: "" }]);
});

it("compares only lengths of rendered text", async () => {
  await recordGrowth(context, { rendered: true });
  const page = await open();
  await show(page, "- a", "• a", "• ab");
  expect(await shrinks(page)).toEqual([]);
  await show(page, "• a");
  expect(await shrinks(page)).toHaveLength(1);
});

it("returns the violations of axe-core", async () => {
  const page = await open();
  expect(await violations(page)).toEqual([]);
  await page.evaluate(() =>
    document.querySelector("main")!.append(document.createElement("button")),
  );
  expect(await violations(page)).toEqual([expect.stringContaining("button-name")]);
});

it("counts an open request", async () => {
  const requests = inFlight(context);
  const page = await open();
  await until(
    async () => requests.size,
    (count) => count === 0,
  );
  await page.evaluate(() => void fetch("/held"));
  await until(
    async () => requests.size,
    (count) => count === 1,
  );
});

it("hides a page, which gets no frames until it is shown again", async () => {
  await hideable(context);
  const page = await open();
  const showAgain = await hide(page);
  await page.evaluate(() => {
    requestAnimationFrame(() => {
      document.title = "painted";
    });
  });
  expect(await page.evaluate(() => [document.hidden, document.visibilityState])).toEqual([
    true,
    "hidden",
  ]);
  // Long enough for a frame, if there were any.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  expect(await page.title()).toBe("t");
  await showAgain();
  await until(
    () => page.title(),
    (title) => title === "painted",
  );
});

it("cuts the network: open connections break, and new ones are refused", async () => {
  const network = await startNetwork(site);
  const page = await open(network.url);
  const fetched = (path: string) =>
    page.evaluate((path) => fetch(path).then((r) => r.text(), String), path);
  const held = page.evaluate(() =>
    fetch("/held")
      .then((r) => r.text())
      .catch(String),
  );
  expect(await fetched("/")).toContain("<h1>");
  network.off();
  expect(await held).toContain("TypeError");
  expect(await fetched("/")).toContain("Failed to fetch");
  network.on();
  expect(await fetched("/")).toContain("<h1>");
  await page.close();
  await network.close();
});
