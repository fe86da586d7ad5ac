import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DurableStream } from "@durable-streams/client";
import { DurableStreamTestServer } from "@durable-streams/server";
import { getRequestListener } from "@hono/node-server";
import { launchChromium } from "@twinstream/harness/chromium";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { sqliteStore } from "@twinstream/server/sqlite";
import { build } from "esbuild";
import { noChromium } from "../browser/no-chromium.ts";
import { compare, type Result, show, showSpread, spread } from "../report/figures.ts";
import { listen } from "../run/listen.ts";
import { alternate } from "../run/rounds.ts";
import { textTokens } from "../text/sample.ts";

const ROUNDS = 5;
const BYTES = 64 * 1024;

// Each page calls `show(text)`, which puts the text into `out` and notes when it is whole.
const pages: Record<string, string> = {
  "bare fetch": `
    const response = await fetch(bare);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      show(text);
    }`,
  Twinstream: `
    import { createStreamClient } from "@twinstream/core";
    createStreamClient({ url: ours }).stream(id).subscribe(({ text }) => show(text));`,
  "Durable Streams, stream()": `
    import { stream } from "@durable-streams/client";
    const response = await stream({ url: durable, offset: "-1", live: "sse" });
    let text = "";
    for await (const piece of response.textStream()) show((text += piece));`,
};

async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `${imports(code)}
const { id, ours, durable, bare, length } = config;
const out = document.querySelector("pre");
function show(text) {
  out.textContent = text;
  if (text.length >= length) globalThis.whole ??= performance.now();
}
${code.replaceAll(IMPORT, "")}`,
      resolveDir: import.meta.dirname,
      loader: "js",
    },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]!.text;
}

const IMPORT = /^\s*import .*$/gm;
const imports = (code: string) => (code.match(IMPORT) ?? []).join("\n");

/** Reloads a page in mid-answer, and measures the time and the requests until it shows the whole text so far. */
export async function refresh(): Promise<Result> {
  const missing = noChromium("refresh");
  if (missing) return missing;
  const folder = mkdtempSync(join(tmpdir(), "twinstream-bench-"));
  const text = textTokens("English", BYTES).join("");
  const streams = createStreamServer({
    store: sqliteStore({ path: join(folder, "streams.db") }),
    authorize: anyoneWithId(),
    basePath: "/s",
    generate: async ({ append, signal }) => {
      append(text);
      // The answer never ends, so that the page reloads in the middle of it.
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const durable = new DurableStreamTestServer({ port: 0, host: "127.0.0.1" });
  await durable.start();
  const scripts = new Map<string, string>();
  for (const [name, code] of Object.entries(pages)) scripts.set(name, await bundle(code));
  const id = await streams.create();
  const config = {
    id,
    ours: "/s",
    bare: "/bare",
    durable: `${durable.url}/s/${id}`,
    length: text.length,
  };
  const handle = getRequestListener((request) => {
    const url = new URL(request.url);
    if (url.pathname === "/bare") return new Response(text);
    const script = scripts.get(url.searchParams.get("page") ?? "");
    if (script === undefined) return streams.handler(request);
    const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><pre></pre><script>const config = ${JSON.stringify(config)}</script><script type="module">${script.replaceAll("</script", "<\\\\/script")}</script>`;
    return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
  });
  const server = await listen(handle);
  const base = `http://127.0.0.1:${server.port}`;
  const driving = fetch(`${base}/s/${id}/drive`, { method: "POST" }).then((driven) =>
    driven.text(),
  );
  while ((await streams.read(id))?.text.length !== text.length) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const stream = await DurableStream.create({ url: config.durable, contentType: "text/plain" });
  for (const token of textTokens("English", BYTES)) await stream.append(token);

  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const run = async (name: string) => {
      let requests = 0;
      const count = () => {
        requests++;
      };
      await page.goto(`${base}/?page=${encodeURIComponent(name)}`);
      await page.waitForFunction("globalThis.whole");
      page.on("request", count);
      await page.reload();
      await page.waitForFunction("globalThis.whole");
      page.off("request", count);
      // The page's own request is not the stream's.
      return { ms: Number(await page.evaluate("globalThis.whole")), requests: requests - 1 };
    };
    const cases = Object.keys(pages).map((name) => ({ name, run: () => run(name) }));
    await alternate(1, cases);
    const results = await alternate(ROUNDS, cases);
    const times = (name: string) => results.get(name)!.map(({ ms }) => ms);
    return {
      figures: [
        compare("Refresh, 64 KB, to the whole text", "ms", times("Twinstream"), {
          name: "bare fetch",
          values: times("bare fetch"),
        }),
        compare("Refresh, 64 KB, to the whole text", "ms", times("Twinstream"), {
          name: "Durable Streams, stream()",
          values: times("Durable Streams, stream()"),
        }),
      ],
      tables: [
        {
          title: "Refresh in mid-answer in Chromium: from the navigation to the whole 64 KB so far",
          columns: ["", "ms", "requests"],
          rows: Object.keys(pages).map((name) => [
            name,
            showSpread(spread(times(name))),
            show(spread(results.get(name)!.map(({ requests }) => requests)).median),
          ]),
        },
      ],
    };
  } finally {
    await browser.close();
    await streams.stop(id);
    await driving;
    await server.close();
    await durable.stop();
    await streams.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
