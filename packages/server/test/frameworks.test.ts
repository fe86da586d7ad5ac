import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Served, serve } from "@twinstream/harness/serve";
import { createApp, createRouter, toNodeListener } from "h3-v1";
import { afterAll, expect, test } from "vitest";
import { app as expressApp } from "./frameworks/express.ts";
import { app as h3App } from "./frameworks/h3.ts";
import { app as honoApp } from "./frameworks/hono.ts";
import { DELETE, GET, HEAD, OPTIONS, POST } from "./frameworks/next.ts";
import { server as nodeServer } from "./frameworks/node.ts";
import nuxt from "./frameworks/nuxt.ts";
import { streams } from "./frameworks/streams.ts";
import * as svelteKit from "./frameworks/sveltekit.ts";

afterAll(() => streams.close());

async function listen(server: Server): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const next = { DELETE, GET, HEAD, OPTIONS, POST };

/** Serves each example by its framework, or calls it as the framework calls such a file. */
const frameworks: Record<string, () => Promise<Served>> = {
  node: () => listen(nodeServer),
  hono: () => serve((request) => honoApp.fetch(request)),
  express: () => listen(createServer(expressApp as unknown as RequestListener)),
  // Next.js calls the export of the method's name, with the route's parameters beside.
  next: () => serve((request) => next[request.method as keyof typeof next](request)),
  // SvelteKit calls the export of the method's name, or `fallback`, with an event.
  sveltekit: () =>
    serve((request) => {
      const { fallback, ...methods } = svelteKit;
      return (methods[request.method as keyof typeof methods] ?? fallback)({ request });
    }),
  h3: () => serve((request) => h3App.fetch(request)),
  // Nuxt 3 and 4 put such a file into a router of h3 1.
  nuxt: () => {
    const router = createRouter().use("/api/streams", nuxt).use("/api/streams/**", nuxt);
    return listen(createServer(toNodeListener(createApp().use(router))));
  },
};

const docs = readFileSync(join(import.meta.dirname, "../../../docs/server.md"), "utf8");

test.each(Object.keys(frameworks))(
  "%s: create, drive, follow, ask, refuse, delete",
  async (name) => {
    const served = await frameworks[name]!();
    try {
      const created = await fetch(`${served.url}/api/streams`, { method: "POST" });
      expect(created.status).toBe(201);
      const { id } = (await created.json()) as { id: string };
      const url = `${served.url}${created.headers.get("location")}`;
      expect(url).toBe(`${served.url}/api/streams/${id}`);
      const following = fetch(`${url}?offset=0&live=text`);
      const driven = await fetch(`${url}/drive`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"prompt":"你好 👋"}',
      });
      expect(await driven.text()).toBe("You said: 你好 👋");
      expect(await (await following).text()).toBe("You said: 你好 👋");
      const head = await fetch(url, { method: "HEAD" });
      expect(head.headers.get("stream-status")).toBe("done");
      expect((await fetch(`${url}/drive`, { method: "POST" })).status).toBe(409);
      expect((await fetch(`${url}/stop`, { method: "POST" })).status).toBe(204);
      expect((await fetch(url, { method: "DELETE" })).status).toBe(204);
      expect((await fetch(url)).status).toBe(410);
    } finally {
      await served.close();
    }
  },
);

test.each([...Object.keys(frameworks), "streams"])(
  "docs/server.md shows %s as it is tested",
  (name) => {
    const file = readFileSync(join(import.meta.dirname, `frameworks/${name}.ts`), "utf8");
    const code = file.replace('"h3-v1"', '"h3"');
    expect(docs).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
  },
);
