// What each step of a schedule does.
import type { Action } from "./actions.ts";
import type { World } from "./page.ts";
import type { Reader } from "./reader.ts";
import type { Server } from "./server.ts";
import type { Tabs } from "./tabs.ts";

/** The page is shown, or back: where it can be. */
export function wakeUp(server: Server, { page }: Reader): void {
  if (!page.hidden && !server.offline.has(page)) page.wake();
}

/** Carries out one step of a schedule. */
export async function act(world: World, tabs: Tabs, action: Action): Promise<void> {
  const { server, browser, readers, push } = world;
  switch (action.do) {
    case "generate":
      return server.generate(action.text);
    case "flush":
      server.flush();
      return push();
    case "finish":
      server.finish(action.status);
      return push();
    case "crash":
      server.crash();
      return push();
    case "deliver":
      return server.deliver(action.bytes);
    case "refuse":
      return void server.refusals.push(action.how);
    case "release":
      return server.release();
    case "pass":
      return tabs.pass(action.ms);
    case "miss":
      return tabs.miss(action.reader, action.text, action.status);
    case "close":
      return tabs.close(action.reader, action.politely);
  }
  // Nobody can do anything in a tab that is not there, but open it.
  const one = action.do === "come" ? world.reader(action.reader) : readers.get(action.reader);
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
      return wakeUp(server, one);
    case "freeze":
      return tabs.freeze(one, action.politely);
    case "thaw":
      return tabs.thaw(one, action.lossy);
    case "lag": {
      const to = readers.get(action.to);
      if (to && to !== one) browser.lag(page, to.page, action.ms);
      return;
    }
    default:
      page.run(one[action.do]);
  }
}
