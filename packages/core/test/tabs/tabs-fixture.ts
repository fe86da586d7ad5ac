// Tabs of one browser that share a stream, on a real server and the real BroadcastChannel.

import { type Served, serve } from "@twinstream/harness/serve";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { createStreamClient, type Stream } from "../../src/index.ts";
import { platform } from "../../src/lib/platform.ts";
import { tabs } from "../../src/tabs.ts";
import { Clock, Page } from "../proof/clock.ts";
import { until } from "../sources/recorder.ts";

/** The text that every generation begins with. */
export const TEXT = "Once 世界 👩‍👩‍👧 upon\r\n a time. ".replace("\r", "");

/** Every channel that the tests opened, to be cut off as a frozen tab is. */
export class Channel extends BroadcastChannel {
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

/** A clock that only the test moves: a busy machine is never taken for a silent driver. */
export const time = new Clock();
export const page = new Page("all", time);
const { now, after, onWake } = page.platform;
const timed = { ...platform, now, after, onWake };

/** The latest generation, and how many there were. */
export const generation = {
  runs: 0,
  append: (_text: string): void => {},
  finish: (_error?: Error): void => {},
};

let served: Served;
export const streams = createStreamServer({
  store: memoryStore(),
  authorize: anyoneWithId(),
  onError: () => {},
  // Nothing is stored before the end or a kilobyte: what a sibling shows earlier came from the driving tab.
  flush: { boundary: "none", maxDelayMs: 60_000, maxBytes: 1024 },
  generate: (context) => {
    generation.runs++;
    generation.append = context.append;
    return new Promise<void>((resolve, reject) => {
      generation.finish = (error) => (error ? reject(error) : resolve());
      context.signal.addEventListener("abort", () => resolve());
    });
  },
});

const leavers: (() => void)[] = [];

/** Serves the streams while a file's tests run, and checks that each test leaves no channel open. */
export function serveTabs(): void {
  beforeAll(async () => {
    vi.stubGlobal("BroadcastChannel", Channel);
    served = await serve((request) => streams.handler(request));
  });
  afterAll(async () => {
    await served.close();
    await streams.close();
    vi.unstubAllGlobals();
  });

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
}

export interface Tab {
  readonly stream: Stream;
  readonly texts: string[];
  readonly requests: string[];
  /** How many of its requests are not over. */
  readonly open: () => number;
  leave(): void;
}

/** Opens a tab: a client of its own, which shares. */
export function tab(
  id: string,
  { driven = false, scope = "ada", patienceMs = 200, still = false } = {},
): Tab {
  const requests: string[] = [];
  let open = 0;
  const client = createStreamClient({
    url: `${served.url}/api/streams`,
    share: tabs({ scope, patienceMs }),
    // On the manual clock, listeners are notified by the real frames.
    ...(still ? { platform: timed } : { throttleMs: 1 }),
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

/** Waits until a tab shows this text. */
export const shows = (one: Tab, text: string) =>
  until(
    () => one.stream.snapshot().text === text,
    () => `shows ${JSON.stringify(one.stream.snapshot())} after ${one.requests}`,
  );

/** Waits until a tab shows this text, and this end. */
export const ends = (one: Tab, text: string, status = "done") =>
  until(
    () => one.stream.snapshot().text === text && one.stream.snapshot().status === status,
    () => `is ${JSON.stringify(one.stream.snapshot())} after ${one.requests}`,
  );

/** Checks that the text of a tab only grew. */
export function grew({ texts }: Tab) {
  texts.forEach((text, index) => {
    expect(text.startsWith(texts[index - 1] ?? "")).toBe(true);
  });
}

/** Opens a driving tab, and waits until it has shown something. */
export async function driving({ still = false } = {}) {
  const id = await streams.create();
  const driver = tab(id, { driven: true, still });
  await until(() => driver.stream.snapshot().status === "streaming");
  generation.append(TEXT);
  await shows(driver, TEXT);
  const [channel] = Channel.open;
  return { id, driver, channel: channel! };
}

/** A tab's requests to follow. */
export const follows = (one: Tab) => one.requests.filter((request) => request.includes("live="));
