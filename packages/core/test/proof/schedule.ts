// Random schedules: the real client, against the world, with every invariant checked as it goes.
import fc from "fast-check";
import { createStreamClient } from "../../src/lib/client.ts";
import { isTerminal, type TerminalStatus } from "../../src/lib/status.ts";
import type { StreamBody } from "../../src/lib/types.ts";
import { Clock, type Refusal, Server, settle } from "./world.ts";

type Reader = "driver" | "follower";

/** One thing that happens. */
export type Action =
  | { readonly do: "generate"; readonly text: string }
  | { readonly do: "flush" }
  | { readonly do: "finish"; readonly status: TerminalStatus }
  | { readonly do: "crash" }
  | { readonly do: "deliver"; readonly bytes: number }
  | { readonly do: "cut"; readonly reader: Reader; readonly cleanly: boolean }
  | { readonly do: "stall"; readonly reader: Reader }
  | { readonly do: "refuse"; readonly how: Refusal }
  | { readonly do: "release" }
  | { readonly do: "offline"; readonly on: boolean }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "wake" }
  | { readonly do: "hide"; readonly on: boolean }
  | { readonly do: "leave" | "come" | "start" | "stop" | "again"; readonly reader: Reader };

/** What a schedule is: who drives, how, and what happens. */
export interface Schedule {
  /** A bare URL has no claim: its drive is never sent twice. */
  readonly bare: boolean;
  readonly initial: boolean;
  /** Followers read the text by HTTP, or are pushed whole bodies, or parts in any order. */
  readonly source: "text" | "whole" | "parts";
  readonly actions: readonly Action[];
}

/** Texts of all planes, with combining marks, line ends of all kinds and a mark at the start. */
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "\r\n",
      "\uFEFF",
      "e\u0301",
      "👩‍👩‍👧‍👦",
      "世界",
      " ",
      "مرحبا",
      "\u0000",
      "word ",
    ),
  },
);

const reader = fc.constantFrom<Reader>("driver", "follower");

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("generate" as const), text }) },
  { weight: 4, arbitrary: fc.constant({ do: "flush" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("finish" as const),
      status: fc.constantFrom<TerminalStatus>("done", "error", "stopped", "timeout"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      bytes: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(1000)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("cut" as const), reader, cleanly: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stall" as const), reader }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("refuse" as const),
      how: fc.constantFrom<Refusal>("503", "429", "lost-before", "lost-after", "hold"),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "release" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("offline" as const), on: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(5, 20, 600, 1200, 4000, 15_000, 50_000),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "wake" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hide" as const), on: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("leave" as const, "come" as const, "again" as const, "start" as const),
      reader,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stop" as const), reader }) },
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  bare: fc.boolean(),
  initial: fc.boolean(),
  source: fc.constantFrom("text", "text", "whole", "parts"),
  actions: fc.array(action, { maxLength: 40 }),
});

/** Runs one schedule, lets all faults end, and checks that every reader arrives. */
export async function run({ bare, initial, source, actions }: Schedule): Promise<void> {
  const clock = new Clock();
  const server = new Server();
  // What is found inside a listener is thrown outside, where no store or promise swallows it.
  let broken: Error | undefined;
  const must = (holds: boolean, rule: string, facts?: unknown) => {
    if (!holds) broken ??= new Error(`${rule} ${facts === undefined ? "" : JSON.stringify(facts)}`);
  };
  const make = (name: Reader) => {
    const client = createStreamClient({
      url: "http://server/streams",
      platform: clock.platform,
      fetch: server.fetchFor(name),
      ...(source === "text" ? {} : { source: server.pushSource(name, source === "parts") }),
      ...(bare ? { drive: "http://server/any/drive" } : {}),
    });
    const options = () => ({
      driven: name === "driver",
      input: { at: clock.now },
      // A new object each time, as inline options are.
      ...(initial ? { initial: { text: "", status: "pending" as const } } : {}),
    });
    let stream = client.stream("id", options());
    let quit: (() => void) | undefined;
    let last: StreamBody = { text: "", status: "pending" };
    let told = -1;
    const look = (body: StreamBody) => {
      const now = clock.now;
      must(body.text.startsWith(last.text), "1: text only grows.", { name, last, body });
      must(server.text.startsWith(body.text), "2: text is what was generated.", {
        name,
        body,
        text: server.text,
      });
      must(!isTerminal(last.status) || body.status === last.status, "6: terminal is final.", {
        name,
        last,
        body,
      });
      if (isTerminal(body.status)) {
        must(body.status === server.status, "3: a terminal status is the server's.", {
          body,
          status: server.status,
        });
      }
      if (!isTerminal(body.status) && body.text !== last.text) {
        must(told < 0 || now - told >= 16, "9: told at most once a frame.", { now, told });
        told = now;
      }
      if (name === "follower" && server.stored < server.produced.length) {
        must(server.storedText.startsWith(body.text), "7: what a follower is shown is stored.", {
          body,
        });
      }
      must(stream.snapshot() === body, "9: the snapshot is what was told.");
      last = body;
    };
    return {
      name,
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
          if (first) {
            first = false;
            must(body.text.startsWith(last.text), "1: a remount shows no less.", { last, body });
            last = body;
          } else look(body);
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
      start: () => stream.start(),
      stop: () => void stream.stop(),
    };
  };
  const readers = { driver: make("driver"), follower: make("follower") };

  const push = () => server.push(source === "parts");
  const act = (next: Action) => {
    switch (next.do) {
      case "generate":
        return server.generate(next.text);
      case "flush":
        server.flush();
        return push();
      case "finish":
        server.finish(next.status);
        return push();
      case "crash":
        server.crash();
        return push();
      case "deliver":
        return server.deliver(next.bytes);
      case "cut":
        return server.cut(next.reader, next.cleanly);
      case "stall":
        return server.stall(next.reader);
      case "refuse":
        return void server.refusals.push(next.how);
      case "release":
        return server.release();
      case "offline":
        server.offline = next.on;
        return;
      case "pass":
        return clock.pass(next.ms);
      case "wake":
        return clock.wake();
      case "hide":
        clock.hidden = next.on;
        return;
      default:
        return readers[next.reader][next.do]();
    }
  };

  readers.driver.come();
  readers.follower.come();
  await settle();
  for (const next of actions) {
    await act(next);
    await settle();
    if (broken) throw broken;
  }

  // All faults end; the generation, where there is one, does too.
  server.refusals.length = 0;
  server.offline = false;
  clock.hidden = false;
  server.release();
  readers.driver.come();
  readers.follower.come();
  clock.wake();
  const sent = () => server.log.filter(({ what }) => what === "drive");
  const lost = () => bare && server.status === "pending";
  for (let round = 0; round < 60; round++) {
    await clock.pass(5000);
    server.generate("the end");
    server.finish("done");
    push();
    server.release();
    server.deliver(1000);
    await settle();
    await clock.pass(20);
    if (lost() && round > 5) break;
    if (isTerminal(readers.driver.body.status) && isTerminal(readers.follower.body.status)) break;
  }

  const facts = () => ({
    server: { status: server.status, stored: server.storedText, produced: server.text },
    driver: readers.driver.body,
    follower: readers.follower.body,
    log: server.log.map(({ reader, what }) => `${reader} ${what}`).join(", "),
  });
  must(server.generations <= 1, "4: one generation.", facts());
  if (!lost()) {
    for (const { name, body } of [readers.driver, readers.follower]) {
      must(body.status === server.status, "6: every reader has the stored status.", facts());
      // Where the server died, a reader that drove may keep what was never stored.
      const exact = body.text === server.storedText;
      must(
        exact || (server.status === "timeout" && body.text.startsWith(server.storedText)),
        `6: ${name} has the stored text.`,
        facts(),
      );
    }
  }
  for (const name of ["driver", "follower"] as const) {
    let owed = true;
    for (const { reader, what } of server.log) {
      if (reader !== name) continue;
      if (what === "pending") owed ||= !bare;
      if (what !== "drive") continue;
      must(owed, "5: a drive is sent again only after a pending.", facts());
      owed = false;
    }
  }
  must(
    !bare || sent().filter(({ reader }) => reader === "driver").length <= 1,
    "5: a bare drive is sent once.",
    facts(),
  );

  readers.driver.leave();
  readers.follower.leave();
  await clock.pass(1100);
  await settle();
  for (const name of ["driver", "follower"]) {
    must(server.open(name) === 0, "10: nobody watching costs nothing.", { name, ...facts() });
  }
  must(clock.listeners === 0, "10: nobody watching listens to nothing.", facts());
  await clock.pass(60_000);
  must(clock.timers === 0, "10: nobody watching has no timers.", {
    timers: clock.timers,
    ...facts(),
  });
  if (broken) throw broken;
}
