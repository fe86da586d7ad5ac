import { install } from "@sinonjs/fake-timers";
import { passed } from "../lib/proxy.ts";

// Turns of the event loop in which nothing passes a proxy: then no step of server or client is left to do now.
const QUIET_TURNS = 16;

/**
 * Runs `work` in virtual time: servers, clients and whoever speaks share a clock that stands still while
 * anything is on its way, and jumps to the next timer when nothing is. The sockets are real; how fast
 * the machine is changes nothing. Call it before anything that keeps a clock is made.
 */
export async function virtually<T>(work: () => Promise<T>): Promise<T> {
  const clock = install({
    now: Date.now(),
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  try {
    let over = false;
    const result = work().finally(() => {
      over = true;
    });
    // It is told below.
    result.catch(() => {});
    for (;;) {
      await quiet();
      if (over) return await result;
      clock.next();
    }
  } finally {
    clock.uninstall();
  }
}

async function quiet(): Promise<void> {
  let seen = passed();
  for (let turns = 0; turns < QUIET_TURNS; turns++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (passed() === seen) continue;
    seen = passed();
    turns = 0;
  }
}
