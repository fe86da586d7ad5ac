import { serve } from "@twinstream/harness/serve";
import { afterEach, expect, test, vi } from "vitest";
import { createStreamClient, httpSource } from "../../src/index.ts";
import { world } from "../page-fixture.ts";
import { settle } from "../proof/clock.ts";
import { until } from "../sources/recorder.ts";

const TEXT = "Hello, 世界! 👩‍👩‍👧 ".repeat(100);
const bytes = new TextEncoder().encode(TEXT);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});

async function server(handler: (request: Request) => Response | Promise<Response>) {
  const served = await serve(handler);
  closing.push(() => served.close());
  return `${served.url}/api/streams`;
}

/** What every subscriber was told of a stream, to its end. */
async function told(client: ReturnType<typeof createStreamClient>, driven = false) {
  const stream = client.stream("id", { driven });
  const texts: string[] = [];
  closing.push(stream.subscribe(({ text }) => texts.push(text)));
  return { body: await stream.finished, texts };
}

/** Where a request reads from; a drive from the start. */
const offsetOf = ({ url }: Request) =>
  Math.max(0, Number(new URL(url).searchParams.get("offset") ?? 0));

/** What every subscriber was told of a stream, until it shows an error. */
async function rested(client: ReturnType<typeof createStreamClient>) {
  const stream = client.stream("id", { driven: true });
  const texts: string[] = [];
  closing.push(stream.subscribe(({ text }) => texts.push(text)));
  await until(() => stream.snapshot().error !== undefined);
  return { body: stream.snapshot(), texts };
}

/** The headers of an answer that reaches the end of a finished text. */
const stored = (end: number) => ({
  "content-type": "text/plain; charset=utf-8",
  "stream-status": "done",
  "stream-closed": "true",
  "stream-up-to-date": "true",
  "stream-next-offset": String(end).padStart(16, "0"),
});

/** A stored text behind a proxy that resets, or ends, each answer after so many bytes. */
function cutting(limit: number, reset: boolean) {
  // The server tells of each reset.
  vi.spyOn(console, "error").mockImplementation(() => {});
  return server((request) => {
    const rest = bytes.slice(offsetOf(request));
    let sent = false;
    const body = new ReadableStream({
      pull(controller) {
        if (!sent) controller.enqueue(rest.slice(0, limit));
        // In a turn of its own: what was sent is to arrive.
        else if (reset && rest.length > limit) controller.error(new Error("reset"));
        else controller.close();
        sent = true;
        return new Promise((resolve) => setTimeout(resolve, 5));
      },
    });
    return new Response(body, { headers: stored(bytes.length) });
  });
}

for (const reset of [true, false]) {
  for (const live of ["text", "long-poll", "poll"] as const) {
    const what = reset ? "reset" : "ended cleanly";
    test(`answers that are ${what} after each kilobyte still bring the whole text (${live})`, async () => {
      const url = await cutting(1000, reset);
      const source = live === "text" ? undefined : httpSource({ live, intervalMs: 5 });
      const client = createStreamClient({ url, source, retry: { baseMs: 1, maxMs: 5 } });
      const { body } = await told(client);
      expect(body).toMatchObject({ text: TEXT, status: "done" });
    });
  }
}

const page = () =>
  new Response("<!doctype html><h1>Log in</h1>", { headers: { "content-type": "text/html" } });

test("a login page that answers a drive is an error that names the address, and never the text", async () => {
  const url = await server(page);
  const { body, texts } = await rested(createStreamClient({ url }));
  expect(texts.join("")).toBe("");
  expect(body).toMatchObject({
    status: "pending",
    error: { code: "protocol", message: expect.stringContaining(url) },
  });
});

test("another backend's answer may call itself HTML, as Django's, Flask's and PHP's do where nothing is said", async () => {
  const url = await server(({ method }) =>
    method === "POST"
      ? new Response(TEXT, { headers: { "content-type": "text/html; charset=utf-8" } })
      : new Response("", { headers: stored(bytes.length) }),
  );
  const { body } = await told(createStreamClient({ url, drive: `${url}/chat` }), true);
  expect(body).toMatchObject({ text: TEXT, status: "done", error: undefined });
});

test("a drive that was answered by a login page can be sent again, once somebody has logged in", async () => {
  let loggedIn = false;
  const url = await server(({ method }) => {
    if (loggedIn && method === "POST") {
      return new Response(TEXT, { headers: { "stream-status": "streaming" } });
    }
    if (loggedIn) return new Response("", { headers: stored(bytes.length) });
    if (method === "POST") return page();
    return new Response("", { headers: { "stream-status": "pending" } });
  });
  const client = createStreamClient({ url });
  const refused = (await rested(client)).body;
  expect(refused).toMatchObject({ text: "", status: "pending", error: { code: "protocol" } });
  loggedIn = true;
  client.stream("id").start();
  await until(() => client.stream("id").snapshot().status === "done");
  expect(client.stream("id").snapshot()).toMatchObject({ text: TEXT, error: undefined });
});

test("a stop that is answered by a login page has not stopped anything, and the reader is told", async () => {
  const url = await server((request) => {
    if (request.method === "POST") return page();
    const live = new ReadableStream({
      start: (controller) => controller.enqueue(bytes.slice(offsetOf(request), 5)),
    });
    return new Response(request.url.includes("live=") ? live : "", {
      headers: { "stream-status": "streaming" },
    });
  });
  const stream = createStreamClient({ url }).stream("id");
  const errors: string[] = [];
  closing.push(stream.subscribe(({ error }) => error && errors.push(error.code)));
  await until(() => stream.snapshot().text === "Hello");
  await stream.stop();
  await until(() => errors.includes("protocol"));
});

test("answers of HTML are text where the server says that they are its streams'", async () => {
  const headers = { ...stored(3), "content-type": "text/html; charset=utf-8" };
  const url = await server((request) => new Response("<p>".slice(offsetOf(request)), { headers }));
  const { body } = await told(createStreamClient({ url }), true);
  expect(body).toMatchObject({ text: "<p>", status: "done" });
});

test("connections that only end, without text, are no failures to give up over", async () => {
  const { clock, page } = world();
  let asked = 0;
  const fetch = (async (url: string) => {
    if (url.includes("live=")) asked++;
    const over = asked > 20;
    return new Response(over ? "late" : "", {
      headers: over ? stored(4) : { "stream-status": "streaming" },
    });
  }) as typeof globalThis.fetch;
  const client = createStreamClient({
    url: "http://server",
    fetch,
    platform: page.platform,
    retry: { attempts: 3 },
  });
  const stream = client.stream("id");
  closing.push(stream.subscribe(() => {}));
  for (let i = 0; i < 60; i++) {
    await clock.pass(31_000);
    await settle();
  }
  expect(stream.snapshot()).toMatchObject({ text: "late", status: "done" });
});
