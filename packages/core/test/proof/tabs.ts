// What happens to a browser's tabs: they freeze, thaw, miss what was said meanwhile, and close.
import type { TerminalStatus } from "../../src/lib/protocol/status.ts";
import type { Reader as Name } from "./actions.ts";
import { type Page, settle } from "./clock.ts";
import type { World } from "./page.ts";
import { type Reader, shown } from "./reader.ts";

/** What can happen to tabs. */
export type Tabs = ReturnType<typeof createTabs>;

export function createTabs({
  schedule,
  clock,
  server,
  browser,
  seats,
  readers,
  all,
  must,
  push,
}: World) {
  /** Pages that messages were lost to or from. */
  const deaf = new Set<Page>();

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
    if (schedule.source !== "text") push();
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
    push();
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
    const before = schedule.shared && ms >= 100 ? fed() : [];
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

  return { freeze, thaw, miss, close, pass };
}
