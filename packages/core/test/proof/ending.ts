// How every schedule ends: all faults are over, everybody arrives, and everybody leaves.
import { isTerminal } from "../../src/lib/protocol/status.ts";
import { wakeUp } from "./act.ts";
import { type Page, settle } from "./clock.ts";
import type { World } from "./page.ts";
import type { Reader } from "./reader.ts";
import type { Tabs } from "./tabs.ts";

/** All faults end. */
export async function mend({ server, browser, readers }: World, { thaw }: Tabs): Promise<void> {
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
    wakeUp(server, one);
  }
}

/** The generation, where there is one, ends; everybody who is there arrives. */
export async function finish(world: World): Promise<void> {
  const { schedule, clock, server, readers, all, must, push } = world;
  const facts = () => factsOf(world);
  const there = [...readers.values()];
  // A drive without a claim that was lost is never sent again; and where nobody drives, nothing is driven.
  const lost = () =>
    server.status === "pending" && (schedule.bare || !there.some(({ driven }) => driven));
  for (let round = 0; round < 60; round++) {
    await clock.pass(5000);
    server.generate("the end");
    server.finish("done");
    if (round > 5 && lost()) server.expire();
    push();
    server.release();
    server.deliver(1000);
    // What rests says why, and the page has a button for it.
    for (const { page, body, retry } of there) if (body.error) page.run(retry);
    await world.settled();
    await clock.pass(20);
    if (there.every(({ body }) => isTerminal(body.status))) break;
  }
  must(server.generations <= 1, "4: one generation.", facts);
  for (const { page, body } of there) {
    // It was looked for, for as long as that makes sense.
    if (body.error?.code === "not_found") continue;
    must(body.status === server.status, "6: every reader has the stored status.", facts);
    // Where the server died, a reader that drove, and whom it fed, may keep what was never stored.
    const exact = body.text === server.storedText;
    must(
      exact || (server.status === "timeout" && body.text.startsWith(server.storedText)),
      `6: ${page.name} has the stored text.`,
      facts,
    );
  }
  for (const one of all) judgeDrives(world, one);
  world.judge();
}

function judgeDrives(world: World, { page }: Reader) {
  const { schedule, server, must } = world;
  const facts = () => factsOf(world);
  let owed = true;
  let denied = false;
  for (const { page: whose, what } of server.log) {
    if (whose !== page) continue;
    if (what === "pending") owed ||= !schedule.bare;
    if (what === "denied") denied = true;
    // What was refused before it began may be sent again, if the page says so.
    if (what === "asked") owed ||= denied;
    if (what !== "drive") continue;
    must(owed, "5: a drive is sent again only after a pending.", facts);
    owed = denied = false;
  }
}

/** Everybody leaves. */
export async function abandon(world: World): Promise<void> {
  const { clock, server, browser, readers, must } = world;
  for (const one of readers.values()) one.page.run(one.leave);
  await clock.pass(1100);
  await settle();
  const nothing = (count: (page: Page) => number, what: string) => {
    for (const { page } of readers.values()) {
      must(count(page) === 0, `10: nobody watching has no ${what}.`, () => ({
        name: page.name,
        count: count(page),
        ...factsOf(world),
      }));
    }
  };
  nothing((page) => server.open(page), "connections");
  nothing((page) => page.wakes.size, "listeners");
  await clock.pass(60_000);
  nothing((page) => clock.timers(page), "timers");
  nothing((page) => browser.count(page), "channels");
  world.judge();
}

const factsOf = ({ server, readers }: World) => ({
  server: { status: server.status, stored: server.storedText, produced: server.text },
  readers: [...readers.values()].map(({ page, body }) => ({ name: page.name, ...body })),
  log: server.log.map(({ page, what }) => `${page.name} ${what}`).join(", "),
});
