import { join } from "node:path";
import { launchChromium } from "@twinstream/harness/chromium";
import { build } from "esbuild";
import { listen } from "../run/listen.ts";
import type { PageCost, prepare } from "./page.ts";

/** The cost of one reading in a browser. */
export interface BrowserCost extends PageCost {
  /** CPU time of the main thread, in ms: scripts, layout, painting. */
  readonly busy: number;
  readonly layout: number;
}

/** A reading that a page is to measure. */
export interface BrowserRequest {
  readonly implementation: string;
  readonly chunks: number;
  readonly warm: number;
  /** The text of each chunk. */
  readonly piece: string;
  /** How many chunks arrive in one task. */
  readonly chunksPerTask: number;
  /** Milliseconds between two such tasks. */
  readonly intervalMs: number;
}

/** A Chromium that measures readings. */
export interface Reader {
  read(request: BrowserRequest): Promise<BrowserCost>;
  close(): Promise<void>;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page.ts")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    define: { "process.env.NODE_ENV": '"production"' },
    // Ignores the workspace's settings, whose paths lead to the sources: this measures the published build.
    tsconfigRaw: {},
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

const HTML = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<style>div { height: 20em; overflow: auto; white-space: pre-wrap }</style><body><script type="module" src="/page.js"></script>`;

/** Starts Chromium and a server for its page. */
export async function startReader(): Promise<Reader> {
  const script = await bundle();
  const server = await listen((request, response) => {
    const isScript = request.url === "/page.js";
    const type = isScript ? "text/javascript" : "text/html";
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` });
    response.end(isScript ? script : HTML);
  });
  const browser = await launchChromium();
  return {
    async read(request) {
      // A new context gets a new process.
      const context = await browser.newContext();
      const page = await context.newPage();
      const failures: Error[] = [];
      page.on("pageerror", (error) => failures.push(error));
      await page.goto(`http://127.0.0.1:${server.port}/`);
      const session = await context.newCDPSession(page);
      await session.send("Performance.enable", { timeDomain: "threadTicks" });
      const metrics = async () => {
        const { metrics } = await session.send("Performance.getMetrics");
        const ms = (name: string) => metrics.find((one) => one.name === name)!.value * 1000;
        return { busy: ms("ThreadTime"), layout: ms("LayoutDuration") + ms("RecalcStyleDuration") };
      };
      await session.send("HeapProfiler.enable");
      const run = await page.evaluateHandle(
        (request) => (globalThis as unknown as { prepare: typeof prepare }).prepare(request),
        request,
      );
      await session.send("HeapProfiler.collectGarbage");
      const before = await metrics();
      const cost = await run.evaluate((read) => read());
      const after = await metrics();
      await context.close();
      if (failures[0]) throw failures[0];
      return { ...cost, busy: after.busy - before.busy, layout: after.layout - before.layout };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
