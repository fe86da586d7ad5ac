import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath, launchChromium } from "@twinstream/harness/chromium";
import { type Served, serve } from "@twinstream/harness/serve";
import { staticFiles } from "@twinstream/harness/static";
import { createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sourceAlias } from "../../../vitest.base.ts";
import type { Recording } from "./frames/recording.ts";

const TOKENS = 10_000;
// If no frame comes, as in a hidden tab, a timer stands in for it after this long (ms).
const SLOW_FRAME = 100;

const hasChromium = (() => {
  try {
    return Boolean(chromiumPath());
  } catch {
    return false;
  }
})();

let folder: string;
let served: Served;
const streams = createStreamServer({
  store: memoryStore(),
  authorize: () => true,
  async generate({ append }) {
    for (let token = 1; token <= TOKENS; token += 1) {
      append(`token ${token}. `);
      if (token % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
});

beforeAll(async () => {
  if (!hasChromium) return;
  folder = await mkdtemp(join(tmpdir(), "twinstream-frames-"));
  await build({
    configFile: false,
    root: join(import.meta.dirname, "frames"),
    logLevel: "error",
    resolve: { alias: sourceAlias },
    build: { outDir: folder, emptyOutDir: true },
  });
  const files = staticFiles(folder);
  served = await serve(async (request) =>
    new URL(request.url).pathname.startsWith("/api/")
      ? streams.handler(request)
      : ((await files(request)) ?? new Response(null, { status: 404 })),
  );
});

afterAll(async () => {
  await streams.close();
  await served?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test.skipIf(!hasChromium)(
  "in Chromium, an answer of 10,000 tokens commits at most once a frame, and its sibling renders once",
  { timeout: 120_000 },
  async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(`${served.url}/#${await streams.create()}`);
      await page.waitForSelector("[data-status=done]", { timeout: 90_000 });
      const recording: Recording = await page.evaluate("window.recording");

      const streaming = recording.commits.filter(({ status }) => status === "streaming");
      const frames = new Map<number, number[]>();
      for (const { frame, at } of streaming) frames.set(frame, [...(frames.get(frame) ?? []), at]);
      console.log(
        `${TOKENS} tokens: ${recording.commits.length} commits in ${recording.frames} frames`,
      );
      for (const commits of frames.values()) {
        const lasted = Math.max(...commits) - Math.min(...commits);
        expect(commits.length).toBeLessThanOrEqual(1 + Math.floor(lasted / SLOW_FRAME));
      }
      expect(recording.commits.at(-1)?.length).toBe(
        Array.from({ length: TOKENS }, (_, at) => `token ${at + 1}. `).join("").length,
      );
      // It did stream: many commits, far fewer than tokens.
      expect(streaming.length).toBeGreaterThan(10);
      expect(streaming.length).toBeLessThan(TOKENS / 5);
      expect(recording.siblingRenders).toBe(1);
    } finally {
      await browser.close();
    }
  },
);
