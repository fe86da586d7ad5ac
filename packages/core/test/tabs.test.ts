import { capability, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { type Served, serve } from "@twinstream/testing/serve";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createStreamClient, type Stream } from "../src/index.ts";
import { platform } from "../src/lib/platform.ts";
import { tabs } from "../src/tabs.ts";
import { Clock, Page } from "./proof/clock.ts";
import { until } from "./recorder.ts";

const TEXT = "Once 世界 👩‍👩‍👧 upon\r\n a time. ".replace("\r", "");

/** Every channel that the tests opened, to be cut off as a frozen tab is. */
class Channel extends BroadcastChannel {
  static open = new Set<Channel>();
  /** Drops one message in so many that are posted. */
  static dropEvery = 0;
  static posted = 0;
  static heard = 0;
  frozen = false;
  constructor(name: string) {
    super(name);
    Channel.open.add(this);
    this.addEventListener("message", () => Channel.heard++);
  }
  override postMessage(message: unknown) {
    if (this.frozen) return;
    Channel.posted++;
    if (Channel.dropEvery && Channel.posted % Channel.dropEvery === 0) return;
    super.postMessage(message);
  }
  override close() {
    Channel.open.delete(this);
    super.close();
  }
}

/** Time that goes only when a test lets it: a machine that is busy is never taken for a driver that is silent. */
const time = new Clock();
const page = new Page("all", time);
const { now, after, onWake } = page.platform;
const timed = { ...platform, now, after, onWake };

let served: Served;
let append: (text: string) => void;
let finish: (error?: Error) => void;
let drives = 0;
const streams = createStreamServer({
  store: memoryStore(),
  authorize: capability(),
  onError: () => {},
  // Nothing is stored before the end or a kilobyte: what a sibling shows earlier came from the driving tab.
  flush: { boundary: "none", maxDelayMs: 60_000, maxBytes: 1024 },
  generate: (context) => {
    drives++;
    append = context.append;
    return new Promise<void>((resolve, reject) => {
      finish = (error) => (error ? reject(error) : resolve());
      context.signal.addEventListener("abort", () => resolve());
    });
  },
});

beforeAll(async () => {
  vi.stubGlobal("BroadcastChannel", Channel);
  served = await serve((request) => streams.handler(request));
});
afterAll(async () => {
  await served.close();
  await streams.close();
  vi.unstubAllGlobals();
});

const leavers: (() => void)[] = [];
afterEach(async () => {
  Channel.dropEvery = 0;
  for (const leave of leavers.splice(0)) leave();
  // The streams linger for a second.
  await time.pass(2000);
  // Nobody watching costs nothing (invariant 10).
  await until(
    () => Channel.open.size === 0,
    () => `${Channel.open.size} channels are open`,
  );
});

interface Tab {
  readonly stream: Stream;
  readonly texts: string[];
  readonly requests: string[];
  /** How many of its requests are not over. */
  readonly open: () => number;
  leave(): void;
}

/** A tab: a client of its own, that shares. */
function tab(
  id: string,
  { driven = false, scope = "ada", patience = 200, still = false } = {},
): Tab {
  const requests: string[] = [];
  let open = 0;
  const client = createStreamClient({
    url: `${served.url}/api/streams`,
    share: tabs({ scope, patience }),
    // Without timers of its own, a still tab tells its readers by the real frames.
    ...(still ? { platform: timed } : { throttle: 1 }),
    fetch: async (input, init) => {
      const { pathname, search } = new URL(String(input));
      requests.push(`${init?.method ?? "GET"} ${pathname.split("/").slice(4).join("/")}${search}`);
      open++;
      init?.signal?.addEventListener("abort", () => open--, { once: true });
      return fetch(input, init);
    },
  });
  const stream = client.stream(id, { driven });
  const texts: string[] = [];
  const leave = stream.subscribe(({ text }) => texts.push(text));
  leavers.push(leave);
  return { stream, texts, requests, open: () => open, leave };
}

const shows = (one: Tab, text: string) =>
  until(
    () => one.stream.snapshot().text === text,
    () => `shows ${JSON.stringify(one.stream.snapshot())} after ${one.requests}`,
  );

const ends = (one: Tab, text: string, status = "done") =>
  until(
    () => one.stream.snapshot().text === text && one.stream.snapshot().status === status,
    () => `is ${JSON.stringify(one.stream.snapshot())} after ${one.requests}`,
  );

function grew({ texts }: Tab) {
  texts.forEach((text, index) => {
    expect(text.startsWith(texts[index - 1] ?? "")).toBe(true);
  });
}

/** A driving tab that has shown something. */
async function driving({ still = false } = {}) {
  const id = await streams.create();
  const driver = tab(id, { driven: true, still });
  await until(() => driver.stream.snapshot().status === "streaming");
  append(TEXT);
  await shows(driver, TEXT);
  const [channel] = Channel.open;
  return { id, driver, channel: channel! };
}

const follows = (one: Tab) => one.requests.filter((request) => request.includes("live="));

describe("tabs", () => {
  test("a sibling is fed token by token, and makes no request at all, to the very end", async () => {
    const { id, driver } = await driving({ still: true });
    const sibling = tab(id, { still: true });
    await shows(sibling, TEXT);
    let text = TEXT;
    for (const token of ["one ", "世", "界 ", "two"]) {
      append(token);
      text += token;
      await shows(driver, text);
      await time.pass(16);
      await shows(sibling, text);
    }
    finish();
    await ends(driver, text);
    await ends(sibling, text);
    expect(sibling.requests).toEqual([]);
    grew(sibling);
  });

  test("a sibling that was there first is fed once the driver starts, and lets go of its connection", async () => {
    const id = await streams.create();
    const sibling = tab(id);
    await until(() => follows(sibling).length === 1);
    const driver = tab(id, { driven: true });
    await until(() => driver.stream.snapshot().status === "streaming");
    append(TEXT);
    await shows(sibling, TEXT);
    await until(() => sibling.open() === 0);
    finish();
    await ends(sibling, TEXT);
    await ends(driver, TEXT);
  });

  test("all siblings that want to drive make one generation, and the others are fed", async () => {
    const id = await streams.create();
    drives = 0;
    const all = [1, 2, 3].map(() => tab(id, { driven: true }));
    await until(() => all.every((one) => one.requests.some((r) => r.startsWith("POST"))));
    await until(() => all.some((one) => one.stream.snapshot().status === "streaming"));
    append(TEXT);
    for (const one of all) await shows(one, TEXT);
    await until(() => all.reduce((sum, one) => sum + one.open(), 0) === 1);
    finish();
    for (const one of all) await ends(one, TEXT);
    expect(drives).toBe(1);
  });

  test("another scope gets nothing from it", async () => {
    const { id, driver } = await driving();
    const stranger = tab(id, { scope: "eve" });
    await until(() => follows(stranger).length === 1);
    append("more");
    await shows(driver, `${TEXT}more`);
    expect(stranger.stream.snapshot().text).toBe("");
    finish();
    await ends(stranger, `${TEXT}more`);
    await ends(driver, `${TEXT}more`);
  });

  test("when the driving tab closes, siblings go on from the server, at their own offset", async () => {
    const { id, driver } = await driving();
    const sibling = tab(id);
    await shows(sibling, TEXT);
    driver.leave();
    await until(() => follows(sibling).length === 1);
    expect(follows(sibling)[0]).toContain(
      `offset=${String(Buffer.byteLength(TEXT)).padStart(16, "0")}`,
    );
    append("and on");
    finish();
    await ends(sibling, `${TEXT}and on`);
    grew(sibling);
  });

  test("what a probe brought meanwhile is not asked for again when the driving tab is given up", async () => {
    const { id, driver, channel } = await driving({ still: true });
    const sibling = tab(id, { still: true });
    await shows(sibling, TEXT);
    channel.frozen = true;
    append("more ".repeat(400));
    await until(() => {
      page.wake();
      return sibling.stream.snapshot().text.length > TEXT.length;
    });
    const { text } = sibling.stream.snapshot();
    await time.pass(400);
    await until(() => follows(sibling).length === 1);
    expect(follows(sibling)[0]).toContain(
      `offset=${String(Buffer.byteLength(text)).padStart(16, "0")}`,
    );
    finish();
    await ends(sibling, `${TEXT}${"more ".repeat(400)}`);
    await ends(driver, `${TEXT}${"more ".repeat(400)}`);
  });

  test("when the driving tab freezes, siblings notice, and go on from the server", async () => {
    const { id, driver, channel } = await driving();
    const sibling = tab(id);
    await shows(sibling, TEXT);
    channel.frozen = true;
    await until(() => follows(sibling).length === 1);
    append("and on");
    finish();
    await ends(sibling, `${TEXT}and on`);
    grew(sibling);
    await ends(driver, `${TEXT}and on`);
  });

  test("a driver that thinks for long is not given up: it answers, and no request is made", async () => {
    const { id, driver } = await driving({ still: true });
    const sibling = tab(id, { patience: 30, still: true });
    await shows(sibling, TEXT);
    for (let question = 0; question < 4; question++) {
      const posted = Channel.posted;
      const heard = Channel.heard;
      await time.pass(30);
      // The question and its answer, and no more until there is time for it.
      await until(() => Channel.posted === posted + 2 && Channel.heard === heard + 2);
    }
    append("!");
    await shows(driver, `${TEXT}!`);
    await time.pass(16);
    await shows(sibling, `${TEXT}!`);
    finish();
    await ends(sibling, `${TEXT}!`);
    expect(sibling.requests).toEqual([]);
    await ends(driver, `${TEXT}!`);
  });

  test.each([
    ["error", () => finish(new Error("broke"))],
    ["stopped", async (sibling: Tab) => void (await sibling.stream.stop())],
  ] as const)("%s, as the server said it, reaches a fed sibling", async (status, act) => {
    const { id, driver } = await driving({ still: true });
    const sibling = tab(id, { still: true });
    await shows(sibling, TEXT);
    await act(sibling);
    await ends(sibling, TEXT, status);
    await ends(driver, TEXT, status);
    if (status === "error") {
      expect(sibling.requests).toEqual([]);
      expect(sibling.stream.snapshot().error?.code).toBe("generation");
    }
  });

  test("messages that are lost leave no gap and no wrong text", async () => {
    Channel.dropEvery = 3;
    const { id, driver } = await driving();
    const siblings = [tab(id), tab(id)];
    let text = TEXT;
    for (let token = 0; token < 60; token++) {
      append(`${token} 世 `);
      text += `${token} 世 `;
      await shows(driver, text);
    }
    finish();
    for (const one of [driver, ...siblings]) {
      await ends(one, text);
      grew(one);
    }
  });

  test("a scope is needed", () => {
    // @ts-expect-error it must be there
    expect(() => tabs({})).toThrow(/scope/);
    expect(() => tabs({ scope: "" })).toThrow(/scope/);
  });
});
