// Runs one random schedule of the real client against the world, with every invariant checked as it goes.
import { isTerminal, type TerminalStatus } from "../../src/lib/status.ts";
import type { Action, Reader as Name, Schedule } from "./actions.ts";
import { Browser } from "./channel.ts";
import { Clock, type Page, settle } from "./clock.ts";
import { createReader, type Reader, shown } from "./reader.ts";
import { createSeats } from "./seats.ts";
import { Server } from "./server.ts";

const SCOPES: { readonly [K in Name]?: string } = {
  driver: "ada",
  twin: "ada",
  sibling: "ada",
  stranger: "eve",
};

/** Runs a schedule, lets all faults end, and checks that every reader arrives. */
export async function run(schedule: Schedule): Promise<void> {
  const world = createWorld(schedule);
  const happen = async () => {
    for (const action of schedule.actions) {
      await world.act(action);
      await world.settled();
    }
    await world.mend();
    await world.finish();
    await world.abandon();
  };
  await (schedule.shared ? world.browser.around(happen) : happen());
}

function createWorld({ bare, initial, source, shared }: Schedule) {
  const clock = new Clock();
  const server = new Server();
  /** Those that share. */
  const pages: Page[] = [];
  const seats = createSeats(clock, pages, {
    live: (page) => server.open(page, "live"),
    drive: (page) => server.drive(page),
  });
  const browser = new Browser(clock, seats);
  /** Who is there now, and who was ever there. */
  const readers = new Map<Name, Reader>();
  const all: Reader[] = [];
  /** Pages that messages were lost to or from. */
  const deaf = new Set<Page>();
  const parts = source === "parts";

  // What is found inside a listener is thrown outside, where no store or promise swallows it.
  let broken: Error | undefined;
  const must = (holds: boolean, rule: string, facts?: () => unknown) => {
    if (!holds) broken ??= new Error(`${rule} ${facts ? JSON.stringify(facts()) : ""}`);
  };

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
    if (broken) throw broken;
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

  const wakeUp = ({ page }: Reader) => {
    if (!page.hidden && !server.offline.has(page)) page.wake();
  };

  function freeze({ page }: Reader, politely: boolean) {
    if (!page.runs) return;
    if (politely) goodbye(page, "freeze");
    page.state = "frozen";
  }

  async function thaw({ page }: Reader, lossy = false) {
    if (page.state !== "frozen") return;
    page.state = "open";
    if (lossy) {
      deaf.add(page);
      browser.lose(page, "to");
    }
    seats.thawed(page);
    browser.thaw(page);
    await clock.pass(0);
    if (source !== "text") server.push(parts);
  }

  /** Text comes while a tab is frozen, and what the others said of it there is lost. */
  async function miss(name: Name, text: string, status?: TerminalStatus) {
    const one = readers.get(name);
    if (one) freeze(one, false);
    server.generate(text);
    server.deliver(1000);
    await settle();
    if (one) await thaw(one, true);
    if (status) server.finish(status);
    server.deliver(1000);
    server.push(parts);
  }

  function close(name: Name, politely: boolean) {
    const one = readers.get(name);
    if (!one) return;
    if (politely && one.page.runs) goodbye(one.page, "pagehide");
    one.page.state = "closed";
    if (!politely) browser.lose(one.page, "from");
    readers.delete(name);
    server.forget(one.page);
    browser.forget(one.page);
    seats.forget(one.page);
  }

  function goodbye(page: Page, type: "freeze" | "pagehide") {
    page.tellOfItsEnd(type);
    must(!seats.feeders().includes(page), "a tab that goes says so.", () => page.name);
  }

  /** Siblings that hear each other at once, and should be fed what the driving tab shows by now. */
  function fed() {
    const pairs: { readonly driver: Reader; readonly sibling: Reader; readonly bytes: number }[] =
      [];
    for (const page of seats.feeders()) {
      const driver = all.find((one) => one.page === page)!;
      for (const seat of seats.all()) {
        const sibling = all.find((one) => one.page === seat.page)!;
        if (driver.scope !== sibling.scope) continue;
        if (deaf.has(page) || deaf.has(seat.page) || !browser.close(page, seat.page)) continue;
        if (driver.reading && sibling.reading && page.runs && seat.page.runs) {
          pairs.push({ driver, sibling, bytes: shown(driver) });
        }
      }
    }
    return pairs;
  }

  async function pass(ms: number) {
    const before = shared && ms >= 100 ? fed() : [];
    await clock.pass(ms);
    await settle();
    if (before.length === 0) return;
    const after = fed();
    for (const { driver, sibling, bytes } of before) {
      if (!after.some((pair) => pair.driver === driver && pair.sibling === sibling)) continue;
      must(shown(sibling) >= bytes, "a sibling is fed what the driving tab shows.", () => ({
        driver: driver.body,
        sibling: sibling.body,
      }));
    }
  }

  async function act(action: Action) {
    switch (action.do) {
      case "generate":
        return server.generate(action.text);
      case "flush":
        server.flush();
        return server.push(parts);
      case "finish":
        server.finish(action.status);
        return server.push(parts);
      case "crash":
        server.crash();
        return server.push(parts);
      case "deliver":
        return server.deliver(action.bytes);
      case "refuse":
        return void server.refusals.push(action.how);
      case "release":
        return server.release();
      case "pass":
        return pass(action.ms);
      case "miss":
        return miss(action.reader, action.text, action.status);
      case "close":
        return close(action.reader, action.politely);
    }
    // Nobody can do anything in a tab that is not there, but open it.
    const one = action.do === "come" ? reader(action.reader) : readers.get(action.reader);
    if (!one) return;
    const { page } = one;
    switch (action.do) {
      case "cut":
        return server.cut(page, action.cleanly);
      case "stall":
        return server.stall(page);
      case "offline":
        if (action.on) server.offline.add(page);
        else server.offline.delete(page);
        return;
      case "hide":
        page.hidden = action.on;
        return;
      case "wake":
        return wakeUp(one);
      case "freeze":
        return freeze(one, action.politely);
      case "thaw":
        return thaw(one, action.lossy);
      case "lag": {
        const to = readers.get(action.to);
        if (to && to !== one) browser.lag(page, to.page, action.ms);
        return;
      }
      default:
        page.run(one[action.do]);
    }
  }

  /** All faults end. */
  async function mend() {
    server.refusals.length = 0;
    server.offline.clear();
    for (const one of readers.values()) {
      one.page.hidden = false;
      await thaw(one);
      for (const other of readers.values()) browser.lag(one.page, other.page, 0);
    }
    server.release();
    for (const one of readers.values()) {
      one.page.run(one.come);
      wakeUp(one);
    }
  }

  const facts = () => ({
    server: { status: server.status, stored: server.storedText, produced: server.text },
    readers: [...readers.values()].map(({ page, body }) => ({ name: page.name, ...body })),
    log: server.log.map(({ page, what }) => `${page.name} ${what}`).join(", "),
  });

  /** The generation, where there is one, ends; everybody who is there arrives. */
  async function finish() {
    const there = [...readers.values()];
    // A drive without a claim that was lost is never sent again; and where nobody drives, nothing is driven.
    const lost = () => server.status === "pending" && (bare || !there.some(({ driven }) => driven));
    for (let round = 0; round < 60; round++) {
      await clock.pass(5000);
      server.generate("the end");
      server.finish("done");
      if (round > 5 && lost()) server.expire();
      server.push(parts);
      server.release();
      server.deliver(1000);
      await settled();
      await clock.pass(20);
      if (there.every(({ body }) => isTerminal(body.status))) break;
    }
    must(server.generations <= 1, "4: one generation.", facts);
    for (const { page, body } of there) {
      must(body.status === server.status, "6: every reader has the stored status.", facts);
      // Where the server died, a reader that drove, and whom it fed, may keep what was never stored.
      const exact = body.text === server.storedText;
      must(
        exact || (server.status === "timeout" && body.text.startsWith(server.storedText)),
        `6: ${page.name} has the stored text.`,
        facts,
      );
    }
    for (const one of all) judgeDrives(one);
    if (broken) throw broken;
  }

  function judgeDrives({ page }: Reader) {
    let owed = true;
    let sent = 0;
    for (const { page: whose, what } of server.log) {
      if (whose !== page) continue;
      if (what === "pending") owed ||= !bare;
      if (what !== "drive") continue;
      must(owed, "5: a drive is sent again only after a pending.", facts);
      owed = false;
      sent++;
    }
    must(!bare || sent <= 1, "5: a bare drive is sent once.", facts);
  }

  /** Everybody leaves. */
  async function abandon() {
    for (const one of readers.values()) one.page.run(one.leave);
    await clock.pass(1100);
    await settle();
    const nothing = (count: (page: Page) => number, what: string) => {
      for (const { page } of readers.values()) {
        must(count(page) === 0, `10: nobody watching has no ${what}.`, () => ({
          name: page.name,
          count: count(page),
          ...facts(),
        }));
      }
    };
    nothing((page) => server.open(page), "connections");
    nothing((page) => page.wakes.size, "listeners");
    await clock.pass(60_000);
    nothing((page) => clock.timers(page), "timers");
    nothing((page) => browser.count(page), "channels");
    if (broken) throw broken;
  }

  return { browser, reader, act, settled, mend, finish, abandon };
}
