import { AsyncLocalStorage } from "node:async_hooks";
import type { Platform } from "../../src/lib/types.ts";

/** Lets everything that is due without time passing happen. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Timer {
  readonly at: number;
  readonly page: Page;
  readonly run: () => void;
}

/** Whose code runs: what it opens, posts and asks for belongs to this page. */
const running = new AsyncLocalStorage<Page>();

/** The page whose code runs. */
export function currentPage(): Page {
  const page = running.getStore();
  if (!page) throw new Error("Nobody's code runs.");
  return page;
}

/** One page, as its code sees it: frozen, it does nothing until it is thawed; closed, nothing ever again. */
export class Page {
  readonly name: string;
  readonly platform: Platform;
  readonly wakes = new Set<() => void>();
  /** What is heard on its window and its document. */
  readonly events = new EventTarget();
  hidden = false;
  /** It was told that it is about to be frozen, or to go. */
  toldOfItsEnd = false;
  state: "open" | "frozen" | "closed" = "open";

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.platform = {
      now: () => clock.now,
      after: (ms, run) => clock.set(this, ms, run),
      frame: (run) => clock.set(this, 16, run),
      hidden: () => this.hidden,
      onWake: (run) => {
        this.wakes.add(run);
        return () => this.wakes.delete(run);
      },
      random: () => 0.5,
    };
  }

  get runs() {
    return this.state === "open";
  }

  /** Runs code of this page, unless it is frozen or closed. */
  run<T>(code: () => T): T | undefined {
    return this.runs ? running.run(this, code) : undefined;
  }

  /** Tells the page that it is about to be frozen, or to go. */
  tellOfItsEnd(type: "freeze" | "pagehide") {
    this.toldOfItsEnd = true;
    this.run(() => this.events.dispatchEvent(new Event(type)));
  }

  /** The page is shown, online or back again. */
  wake() {
    for (const wake of [...this.wakes]) this.run(wake);
  }
}

/** A clock that goes only when told; every page on it has timers and surroundings of its own. */
export class Clock {
  now = 0;
  #next = 0;
  readonly #timers = new Map<number, Timer>();

  set(page: Page, ms: number, run: () => void): () => void {
    const id = this.#next++;
    this.#timers.set(id, { at: this.now + ms, page, run });
    return () => void this.#timers.delete(id);
  }

  /** How many timers a page has. */
  timers(page: Page): number {
    return [...this.#timers.values()].filter((timer) => timer.page === page).length;
  }

  /** Lets `ms` pass, timer by timer, with what each sets off. Timers of a frozen page wait for its thaw. */
  async pass(ms: number) {
    const end = this.now + ms;
    for (;;) {
      let first: [number, Timer] | undefined;
      for (const entry of this.#timers) {
        const { at, page } = entry[1];
        if (at <= end && page.runs && (!first || at < first[1].at)) first = entry;
      }
      if (!first) break;
      const [id, timer] = first;
      this.#timers.delete(id);
      this.now = Math.max(this.now, timer.at);
      timer.page.run(timer.run);
      await settle();
    }
    this.now = end;
  }
}
