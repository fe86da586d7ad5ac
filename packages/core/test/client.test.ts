import { expect, test, vi } from "vitest";
import { createStreamClient, httpSource } from "../src/index.ts";
import { world } from "./page-fixture.ts";
import { settle } from "./proof/clock.ts";

/** A server that gives the answers in turn, and the last one for ever. */
function answers(...all: (() => Response)[]) {
  const asked: string[] = [];
  const fetch = (async (input: string) => {
    asked.push(input);
    return (all.length > 1 ? all.shift()! : all[0]!)();
  }) as typeof globalThis.fetch;
  return { asked, fetch };
}

const stored = (text: string, status = "done", length = text.length) =>
  new Response(text, {
    headers: {
      "Stream-Status": status,
      "Stream-Closed": "true",
      "Stream-Next-Offset": String(length),
    },
  });

test("invariant 10: the last reader's departure ends the connection, the timers and the listeners", async () => {
  const { clock, server, page, client } = world();
  const leave = client.stream("id").subscribe(() => {});
  await settle();
  expect(server.open(page)).toBe(1);
  leave();
  await clock.pass(1100);
  await settle();
  expect([server.open(page), clock.timers(page), page.wakes.size]).toEqual([0, 0, 0]);
});

test("invariant 10: a mount that comes back at once keeps its connection", async () => {
  const { clock, server, page, client } = world();
  const stream = client.stream("id", { driven: true });
  stream.subscribe(() => {})();
  stream.subscribe(() => {});
  await clock.pass(2000);
  expect(server.log.map(({ what }) => what)).toEqual(["drive"]);
  expect(server.open(page)).toBe(1);
});

test("invariant 5: making the handle and looking at it sends nothing", async () => {
  const { server, client } = world();
  const stream = client.stream("id", { driven: true });
  expect(stream.snapshot()).toEqual({ text: "", status: "pending", error: undefined });
  expect(stream.$body.get()).toBe(stream.snapshot());
  await settle();
  expect(server.log).toEqual([]);
});

test("invariant 5: who starts while it follows sends one drive, and the end of what it closed is none of the drive's", async () => {
  const { clock, server, page, client, sent } = world();
  const stream = client.stream("id");
  stream.subscribe(() => {});
  await settle();
  stream.start();
  await settle();
  server.generate("text");
  server.deliver(100);
  await settle();
  await clock.pass(100);
  expect(stream.snapshot().text).toBe("text");
  expect(sent()).toEqual(["read", "pending", "drive"]);
  expect([server.open(page), server.drive(page).open]).toEqual([1, true]);
});

test("invariant 3: a terminal answer that a proxy ended in mid-text is no evidence", async () => {
  const { asked, fetch } = answers(
    () => stored("half", "done", 10),
    () => stored("-whole", "done", 10),
  );
  const stream = createStreamClient({ url: "http://server", fetch }).stream("id");
  expect(await stream.finished).toMatchObject({ text: "half-whole", status: "done" });
  expect(asked.length).toBe(2);
});

test("a terminal initial body sends nothing at all", async () => {
  const { asked, fetch } = answers(() => stored(""));
  const client = createStreamClient({ url: "http://server", fetch });
  const initial = { text: "世界", status: "done", offset: 6 } as const;
  const stream = client.stream("id", { driven: true, initial });
  expect(await stream.finished).toMatchObject({ text: "世界", status: "done" });
  expect(asked).toEqual([]);
  expect(() => client.stream("other", { initial: { ...initial, offset: 5 } })).toThrow(TypeError);
});

test("what is asked for is named by the wire's token: the offset in bytes, padded to 16 digits", async () => {
  const { asked, fetch } = answers(
    () => new Response("", { headers: { "Stream-Status": "streaming" } }),
    () => stored("!", "done", 7),
  );
  const client = createStreamClient({ url: "http://server", fetch });
  await client.stream("id", { initial: { text: "世界", status: "streaming" } }).finished;
  expect(asked).toEqual([
    "http://server/id?offset=0000000000000006&live=text",
    "http://server/id?offset=0000000000000006",
  ]);
});

test("React Native: a response without a body means follow", async () => {
  const { asked, fetch } = answers(
    () => Object.defineProperty(new Response("all"), "body", { value: undefined }),
    () => Object.defineProperty(stored("all"), "body", { value: undefined }),
  );
  const stream = createStreamClient({ url: "http://server", fetch }).stream("id", { driven: true });
  expect(await stream.finished).toMatchObject({ text: "all", status: "done" });
  expect(asked.filter((url) => url.endsWith("/drive")).length).toBe(1);
});

test("React Native: where no response can be read piece by piece, httpSource long-polls instead", async () => {
  const { asked, fetch } = answers(() => stored("all"));
  const body = Object.getOwnPropertyDescriptor(Response.prototype, "body")!;
  Reflect.deleteProperty(Response.prototype, "body");
  try {
    const client = createStreamClient({ url: "http://server", fetch, source: httpSource() });
    expect(await client.stream("id").finished).toMatchObject({ text: "all", status: "done" });
  } finally {
    Object.defineProperty(Response.prototype, "body", body);
  }
  expect(asked.map((url) => new URL(url).searchParams.get("live"))).toEqual(["long-poll"]);
});

test("headers that cannot be had are a failure that passes: nothing was sent, and the cause is kept", async () => {
  const { asked, fetch } = answers(() => stored("all"));
  const lost = new Error("no token");
  let failures = 3;
  const headers = async () => {
    if (failures-- > 0) throw lost;
    return { authorization: "token" };
  };
  const client = createStreamClient({ url: "http://server", fetch, headers, retry: { baseMs: 1 } });
  const stream = client.stream("id");
  const seen: unknown[] = [];
  const leave = stream.subscribe(({ error }) => error && seen.push(error.cause));
  expect(await stream.finished).toMatchObject({ text: "all", status: "done" });
  expect(stream.snapshot().error).toBeUndefined();
  leave();
  expect(asked.length).toBe(1);
  for (const cause of seen) expect(cause).toBe(lost);
});

test("headers by a function that throws, without waiting, are the same", async () => {
  const { asked, fetch } = answers(() => stored("all"));
  let failures = 2;
  const headers = () => {
    if (failures-- > 0) throw new Error("no token");
    return [["authorization", "token"]] as [string, string][];
  };
  const client = createStreamClient({ url: "http://server", fetch, headers, retry: { baseMs: 1 } });
  expect(await client.stream("id").finished).toMatchObject({ text: "all", status: "done" });
  expect(asked.length).toBe(1);
});

test.each([205, 409])(
  "an answer of %i to a drive means follow, and is no error",
  async (status) => {
    const { asked, fetch } = answers(
      () => new Response(null, { status }),
      () => stored("all"),
    );
    const client = createStreamClient({ url: "http://server", fetch });
    const stream = client.stream("id", { driven: true });
    const errors: unknown[] = [];
    const leave = stream.subscribe(({ error }) => error && errors.push(error));
    expect(await stream.finished).toMatchObject({ text: "all", status: "done" });
    leave();
    expect(errors).toEqual([]);
    expect(asked.filter((url) => url.endsWith("/drive")).length).toBe(1);
  },
);

test("coming back asks at once, and aborts no healthy connection, driven or followed", async () => {
  for (const driven of [true, false]) {
    const { clock, server, page, client } = world();
    if (!driven) server.status = "streaming";
    const stream = client.stream("id", { driven });
    stream.subscribe(() => {});
    await settle();
    server.generate("one");
    server.deliver(100);
    await clock.pass(20);
    const before = server.log.length;
    page.wake();
    await settle();
    expect(server.log.slice(before).map(({ what }) => what)).toEqual(["read"]);
    expect(server.open(page)).toBe(1);
    // The connection that was there brings what comes.
    server.generate(" two");
    server.finish("done");
    server.deliver(100);
    await clock.pass(20);
    expect(stream.snapshot()).toMatchObject({ text: "one two", status: "done" });
    expect(server.log.filter(({ what }) => what === "drive").length).toBe(driven ? 1 : 0);
  }
});

test("headers are asked anew for each request", async () => {
  let asked = 0;
  const { fetch } = answers(
    () => new Response("", { status: 409 }),
    () => stored("all"),
  );
  const headers = async () => ({ authorization: `token ${++asked}` });
  const client = createStreamClient({ url: "http://server", fetch, headers });
  await client.stream("id", { driven: true }).finished;
  expect(asked).toBe(2);
});

test("a refusal is an error with a code beside the status, and a new reader tries again", async () => {
  const { fetch } = answers(
    () => new Response("no", { status: 401 }),
    () => stored("all"),
  );
  const stream = createStreamClient({ url: "http://server", fetch }).stream("id");
  const seen: string[] = [];
  const leave = stream.subscribe(({ status, error }) => seen.push(`${status} ${error?.code}`));
  await vi.waitFor(() => expect(seen.at(-1)).toBe("pending unauthorized"));
  leave();
  expect(await stream.finished).toMatchObject({ text: "all", status: "done", error: undefined });
});

test("a body that contradicts what was shown ends in an error, and the shown text stays", async () => {
  const source = {
    follow: (_: unknown, sink: { next(update: { text: string; status: "done" }): void }) =>
      sink.next({ text: "another", status: "done" }),
  };
  const stream = createStreamClient({ source }).stream("id", {
    initial: { text: "one", status: "streaming" },
  });
  const { text, status, error } = await stream.finished;
  expect([text, status, error?.code]).toEqual(["one", "error", "contradiction"]);
});

test("invariant 10: a stop that is taken when nobody watches wakes the stream for a moment only", async () => {
  const { clock, page } = world();
  let asked = 0;
  const fetch = (async (_url: string, { method }: RequestInit) => {
    if (method === "POST") return new Response(null, { status: 204 });
    asked++;
    throw new TypeError("fetch failed");
  }) as typeof globalThis.fetch;
  const client = createStreamClient({ url: "http://server", fetch, platform: page.platform });
  const stream = client.stream("id");
  stream.subscribe(() => {})();
  await clock.pass(1100);
  await stream.stop();
  await clock.pass(1100);
  const before = asked;
  await clock.pass(600_000);
  await settle();
  expect([asked, clock.timers(page), page.wakes.size]).toEqual([before, 0, 0]);
});

/** A server whose stream nobody has claimed; drives hang until they are failed. */
function unclaimed() {
  const { clock, page } = world();
  const drives: { fail(): void }[] = [];
  let follows: ReadableStreamDefaultController[] = [];
  const fetch = (async (url: string, { method }: RequestInit) => {
    if (method === "POST") {
      return new Promise((_, reject) => drives.push({ fail: () => reject(new TypeError("lost")) }));
    }
    const body = new ReadableStream({
      start(controller) {
        if (url.includes("live=")) follows.push(controller);
        else controller.close();
      },
    });
    return new Response(body, { headers: { "Stream-Status": "pending" } });
  }) as typeof globalThis.fetch;
  const cut = () => {
    for (const follow of follows) follow.close();
    follows = [];
  };
  const client = createStreamClient({ url: "http://server", platform: page.platform, fetch });
  return { clock, client, drives, cut };
}

test("invariant 5: a drive that hung for long, and failed, is sent again where the stream is still pending", async () => {
  const { clock, client, drives } = unclaimed();
  client.stream("id", { driven: true }).subscribe(() => {});
  await settle();
  await clock.pass(30_000);
  drives[0]?.fail();
  await settle();
  await clock.pass(5000);
  expect(drives.length).toBe(2);
});

test("a stream that is pending for long, on a connection that breaks then, is not streaming, and can be driven", async () => {
  const { clock, client, drives, cut } = unclaimed();
  const stream = client.stream("id");
  stream.subscribe(() => {});
  await settle();
  await clock.pass(30_000);
  cut();
  await settle();
  await clock.pass(5000);
  expect(stream.snapshot()).toMatchObject({ text: "", status: "pending" });
  stream.start();
  await settle();
  expect(drives.length).toBe(1);
});
