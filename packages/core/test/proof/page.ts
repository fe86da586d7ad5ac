// The world of one schedule: a server, a clock, a browser, and whoever reads there.
import type { Reader as Name, Schedule } from "./actions.ts";
import { Browser } from "./channel.ts";
import { Clock, type Page, settle } from "./clock.ts";
import { createReader, type Must, type Reader, shown } from "./reader.ts";
import { createSeats, type Seats } from "./seats.ts";
import { Server } from "./server.ts";

const SCOPES: { readonly [K in Name]?: string } = {
  driver: "ada",
  twin: "ada",
  sibling: "ada",
  stranger: "eve",
};

export interface World {
  readonly schedule: Schedule;
  readonly clock: Clock;
  readonly server: Server;
  readonly browser: Browser;
  readonly seats: Seats;
  /** Who is there now. */
  readonly readers: Map<Name, Reader>;
  /** Who was ever there. */
  readonly all: readonly Reader[];
  /** Notes that a rule is broken, unless it holds. */
  readonly must: Must;
  /** Throws the first rule that was broken. */
  judge(): void;
  /** Lets everything that is due happen, and judges it. */
  settled(): Promise<void>;
  /** The reader of this name; a new one, which reads, where there is none. */
  reader(name: Name): Reader;
  /** Tells those who subscribe how things stand. */
  push(): void;
}

export function createWorld(schedule: Schedule): World {
  const { bare, creates, initial, source, shared } = schedule;
  const clock = new Clock();
  const server = new Server();
  server.exists = !creates;
  /** Those that share. */
  const pages: Page[] = [];
  const seats = createSeats(clock, pages, {
    live: (page) => server.open(page, "live"),
    drive: (page) => server.drive(page),
  });
  const browser = new Browser(clock, seats);
  const readers = new Map<Name, Reader>();
  const all: Reader[] = [];

  // What is found inside a listener is thrown outside, where no store or promise swallows it.
  let broken: Error | undefined;
  const must: Must = (holds, rule, facts) => {
    if (!holds) broken ??= new Error(`${rule} ${facts ? JSON.stringify(facts()) : ""}`);
  };
  function judge() {
    if (broken) throw broken;
  }

  async function settled() {
    await settle();
    if (shared) {
      const wrong = seats.check();
      must(
        wrong === undefined,
        `10: who drives feeds, and who follows is fed or connected: ${wrong}.`,
        () => ({
          now: clock.now,
          seats: seats.all().map(({ page, ...seat }) => ({ page: page.name, ...seat })),
        }),
      );
    }
    judge();
  }

  server.onRequest = ({ page, what, offset }) => {
    if (what !== "read" || source !== "text") return;
    const reader = all.find((one) => one.page === page)!;
    must(offset! >= shown(reader), "8: nothing is asked for again.", () => ({
      name: page.name,
      offset,
      body: reader.body,
    }));
  };

  /** The reader of this name; a new one, which reads, where there is none. */
  function reader(name: Name): Reader {
    let one = readers.get(name);
    if (one) return one;
    const scope = shared ? SCOPES[name] : undefined;
    one = createReader(clock, server, must, {
      name: `${name} ${all.length}`,
      driven: name === "driver" || name === "twin",
      follows: name === "follower" || name === "stranger",
      bare,
      creates,
      initial,
      source,
      scope,
    });
    all.push(one);
    if (scope) pages.push(one.page);
    readers.set(name, one);
    one.page.run(one.come);
    return one;
  }

  const push = () => server.push(source === "parts");

  return {
    schedule,
    clock,
    server,
    browser,
    seats,
    readers,
    all,
    must,
    judge,
    settled,
    reader,
    push,
  };
}
