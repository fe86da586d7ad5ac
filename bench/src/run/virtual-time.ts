import { install } from "@sinonjs/fake-timers";
import { transferred } from "./counting-proxy.ts";

// After so many turns of the event loop in which nothing passes a proxy, neither server nor client has anything left to do.
const QUIET_TURNS = 16;

/**
 * Runs `work` in virtual time. Servers, clients and generations share a clock that stands still while
 * anything is in flight, and jumps to the next timer when nothing is. The sockets are real, and the
 * result does not depend on the machine's speed. Call it before you create anything that reads a clock.
 *
 * @param work what to run
 * @returns what `work` resolves with
 * @throws what `work` rejects with; the clock is the machine's again by then
 */
export async function inVirtualTime<T>(work: () => Promise<T>): Promise<T> {
  const clock = install({
    now: Date.now(),
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  try {
    let over = false;
    const result = work().finally(() => {
      over = true;
    });
    // Its rejection is thrown below.
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
  let seen = transferred();
  for (let turns = 0; turns < QUIET_TURNS; turns++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (transferred() === seen) continue;
    seen = transferred();
    turns = 0;
  }
}
