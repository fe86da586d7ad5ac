// Renders the page of the scenarios with each framework's own server renderer, in plain Node.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createStreamClient, type InitialBody } from "@twinstream/core";
import type { StreamView } from "@twinstream/core/bindings";
import { smooth } from "@twinstream/core/smooth";
import { createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { sourceAlias } from "../../../vitest.base.ts";
import type { ServerRender } from "./adapter.ts";
import { capitals } from "./capitals.ts";
import { frameworks } from "./frameworks.ts";
import { refusedAnswer } from "./model-answers.ts";
import { initial, names, type Rendered } from "./rendered.ts";

/** An answer that failed, as the application's page reads it. */
async function readFailed(): Promise<InitialBody> {
  const streams = createStreamServer({
    store: memoryStore(),
    authorize: () => true,
    onError() {},
    generate: ({ append }) => append.from(refusedAnswer()),
  });
  const id = await streams.create();
  const request = new Request("http://localhost/", { method: "POST" });
  await (await streams.drive(request, { id })).text();
  const body = JSON.stringify(await streams.read(id));
  await streams.close();
  return JSON.parse(body);
}

async function renderEach(
  render: ServerRender,
  bound: boolean,
  failedBody: InitialBody,
): Promise<Rendered> {
  let requests = 0;
  const make = () =>
    createStreamClient({
      url: "http://localhost/api/streams",
      fetch: async () => {
        requests += 1;
        return new Response(null, { status: 500 });
      },
    });
  // A server makes a client for each request. The bindings keep nothing even if requests share one.
  const shared = make();
  const client = () => (bound ? shared : make());
  const props = { id: "a-stream", copies: 2 };
  const html = await render(client(), {
    ...props,
    options: () => ({ driven: true, input: {}, initial }),
  });
  const again = await render(client(), { ...props, options: () => ({ driven: true }) });
  const renderFailed = (view?: StreamView) =>
    countTimers(() =>
      render(client(), { ...props, options: () => ({ initial: failedBody, view }) }),
    );
  const [failed, withView] = await renderFailed(smooth);
  // A framework may set timers of its own.
  const timers = withView - (await renderFailed())[1];
  const viewed = await render(client(), { ...props, options: () => ({ initial, view: capitals }) });
  // A request that a render deferred would be sent by now.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { html, again, failed, viewed, timers, requests };
}

/** Runs `run`, and counts the timers that it sets and does not clear. */
async function countTimers<T>(run: () => T | Promise<T>): Promise<[T, number]> {
  const { setTimeout, clearTimeout } = globalThis;
  const timers = new Set<unknown>();
  const set = (...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    timers.add(timer);
    return timer;
  };
  const clear: typeof clearTimeout = (timer) => {
    timers.delete(timer);
    clearTimeout(timer);
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  try {
    return [await run(), timers.size];
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}

/** Builds each binding's page for a server, with the frameworks' versions in `folder`, and renders it. */
export async function renderOnServer(project: TestProject, folder: string): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), "twinstream-ssr-"));
  try {
    await build({
      configFile: false,
      root: import.meta.dirname,
      logLevel: "error",
      plugins: frameworks(folder, "server"),
      resolve: { alias: sourceAlias },
      ssr: { noExternal: true },
      build: {
        ssr: true,
        outDir: out,
        emptyOutDir: true,
        minify: false,
        rolldownOptions: {
          input: Object.fromEntries(names.map((name) => [name, `./${name}/server`])),
          output: { entryFileNames: "[name].mjs", chunkFileNames: "[name].mjs" },
        },
      },
    });
    const failedBody = await readFailed();
    const rendered: Partial<Record<(typeof names)[number], Rendered>> = {};
    for (const name of names) {
      const { render } = await import(pathToFileURL(join(out, `${name}.mjs`)).href);
      rendered[name] = await renderEach(render, name !== "plain", failedBody);
    }
    project.provide("rendered", rendered as Record<(typeof names)[number], Rendered>);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
