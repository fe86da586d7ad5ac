import { createStreamClient } from "../../src/lib/client.ts";
import { isTerminal } from "../../src/lib/protocol/status.ts";
import { tabs } from "../../src/lib/tabs/tabs.ts";
import type { StreamBody } from "../../src/lib/text/body.ts";
import { byteLength } from "../../src/lib/text/utf8.ts";
import { type Clock, Page } from "./clock.ts";
import type { Server } from "./server.ts";

/** Notes that a rule is broken, unless it holds; a listener's own throw would be swallowed. */
export type Must = (holds: boolean, rule: string, facts?: () => unknown) => void;

export interface ReaderOptions {
  readonly name: string;
  readonly driven: boolean;
  /** What it is shown comes from what is stored, and from nowhere else, unless it is started. */
  readonly follows: boolean;
  readonly bare: boolean;
  readonly creates: boolean;
  readonly initial: boolean;
  readonly source: "text" | "whole" | "parts";
  /** Whose tab it is, where tabs feed each other. */
  readonly scope?: string;
}

/** One page with the real client on it, which judges everything that it is shown. */
export interface Reader {
  readonly page: Page;
  readonly driven: boolean;
  readonly scope?: string;
  /** What it was shown last. */
  readonly body: StreamBody;
  readonly reading: boolean;
  come(): void;
  leave(): void;
  again(): void;
  start(): void;
  retry(): void;
  stop(): void;
}

export function createReader(
  clock: Clock,
  server: Server,
  must: Must,
  { name, driven, follows, bare, creates, initial, source, scope }: ReaderOptions,
): Reader {
  const page = new Page(name, clock);
  const client = createStreamClient({
    url: "http://server/streams",
    platform: page.platform,
    fetch: server.fetchFor(page),
    share: scope ? tabs({ scope }) : undefined,
    ...(source === "text" ? {} : { source: server.pushSource(page, source === "parts") }),
    ...(bare ? { drive: "http://server/any/drive" } : {}),
  });
  // A new object each time, as inline options are.
  const options = () => ({
    driven,
    create: creates,
    input: { at: clock.now },
    ...(initial ? { initial: { text: "", status: "pending" as const } } : {}),
  });
  let stream = client.stream("id", options());
  let quit: (() => void) | undefined;
  let last: StreamBody = { text: "", status: "pending" };
  let told = -1;
  let started = false;
  const since = clock.now;

  function look(body: StreamBody) {
    const { now } = clock;
    must(body.text.startsWith(last.text), "1: text only grows.", () => ({ name, last, body }));
    must(server.text.startsWith(body.text), "2: text is what was generated.", () => ({
      name,
      body,
      text: server.text,
    }));
    must(!isTerminal(last.status) || body.status === last.status, "6: terminal is final.", () => ({
      name,
      last,
      body,
    }));
    if (body.error?.code === "not_found") {
      must(
        !server.exists && clock.now - since >= 10_000,
        "a stream that is not there yet is looked for for 10 s.",
        () => ({ name, body, now, since }),
      );
    } else if (isTerminal(body.status)) {
      must(body.status === server.status, "3: a terminal status is the server's.", () => ({
        name,
        body,
        status: server.status,
      }));
    } else if (body.text !== last.text) {
      must(told < 0 || now - told >= 16, "9: told at most once a frame.", () => ({ now, told }));
      told = now;
    }
    if (follows && !started && server.stored < server.produced.length) {
      must(
        server.storedText.startsWith(body.text),
        "7: what a follower is shown is stored.",
        () => ({
          name,
          body,
        }),
      );
    }
    must(stream.snapshot() === body, "9: the snapshot is what was told.");
    last = body;
  }

  return {
    page,
    driven,
    scope,
    get body() {
      return last;
    },
    get reading() {
      return !!quit;
    },
    come() {
      if (quit) return;
      let first = true;
      quit = stream.subscribe((body) => {
        // The first call tells what is known already; it is no news.
        if (!first) return look(body);
        first = false;
        must(body.text.startsWith(last.text), "1: a remount shows no less.", () => ({
          last,
          body,
        }));
        last = body;
      });
    },
    leave() {
      quit?.();
      quit = undefined;
    },
    again() {
      const next = client.stream("id", options());
      must(next === stream, "5: one handle, whoever asks.");
      stream = next;
    },
    start() {
      started = true;
      server.log.push({ page, what: "asked" });
      stream.start();
    },
    retry() {
      server.log.push({ page, what: "asked" });
      stream.retry();
    },
    stop: () => void stream.stop(),
  };
}

/** The bytes of what a reader was shown. */
export const shown = ({ body }: Reader) => byteLength(body.text);
