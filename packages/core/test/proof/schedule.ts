// Runs one random schedule of the real client against the world, with every invariant checked as it goes.
import { act } from "./act.ts";
import type { Schedule } from "./actions.ts";
import { abandon, finish, mend } from "./ending.ts";
import { createWorld } from "./page.ts";
import { createTabs } from "./tabs.ts";

/** Runs a schedule, lets all faults end, and checks that every reader arrives. */
export async function run(schedule: Schedule): Promise<void> {
  const world = createWorld(schedule);
  const tabs = createTabs(world);
  const happen = async () => {
    for (const action of schedule.actions) {
      await act(world, tabs, action);
      await world.settled();
    }
    await mend(world, tabs);
    await finish(world);
    await abandon(world);
  };
  await (schedule.shared ? world.browser.around(happen) : happen());
}
