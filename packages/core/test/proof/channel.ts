// One browser's BroadcastChannel: what a page posts reaches the other pages' channels of the same
// name, in order from each page, as late as the schedule wants it.
import type { TabMessage as Message } from "../../src/lib/tabs/tab-message.ts";
import { type Clock, currentPage, type Page } from "./clock.ts";

/** The way from one page to another. */
interface Link {
  /** How long a message takes, in ms; 0 is at once. */
  lag: number;
  /** Messages of a frozen page wait here. */
  readonly queue: Sent[];
}

interface Sent {
  readonly from: Page;
  readonly to: Tab;
  readonly data: Message;
  readonly at: number;
}

/** What happens on the channels, for whoever judges it. */
export interface Witness {
  posted(from: Page, message: Message): void;
  /** Called when the message was heard, and what it set off at once is done. */
  heard(by: Page, message: Message): void;
}

class Tab implements Pick<BroadcastChannel, "postMessage" | "close" | "onmessage"> {
  readonly name: string;
  readonly page = currentPage();
  readonly #browser: Browser;
  onmessage: ((this: BroadcastChannel, event: MessageEvent) => unknown) | null = null;

  constructor(name: string, browser: Browser) {
    this.name = name;
    this.#browser = browser;
    browser.channels.add(this);
  }

  postMessage(message: Message) {
    if (!this.#browser.channels.has(this)) throw new Error("The channel is closed.");
    this.#browser.post(this, message);
  }

  close() {
    this.#browser.channels.delete(this);
  }
}

export class Browser {
  readonly channels = new Set<Tab>();
  readonly #links = new Map<string, Link>();
  readonly #clock: Clock;
  readonly #witness: Witness;

  constructor(clock: Clock, witness: Witness) {
    this.#clock = clock;
    this.#witness = witness;
  }

  #link(from: Page, to: Page): Link {
    const key = `${from.name}>${to.name}`;
    const link = this.#links.get(key) ?? { lag: 0, queue: [] };
    this.#links.set(key, link);
    return link;
  }

  post(channel: Tab, message: Message) {
    this.#witness.posted(channel.page, message);
    for (const to of this.channels) {
      if (to === channel || to.name !== channel.name) continue;
      const link = this.#link(channel.page, to.page);
      const at = this.#clock.now + link.lag;
      link.queue.push({ from: channel.page, to, data: structuredClone(message), at });
      if (link.lag === 0) queueMicrotask(() => this.#carry(link));
      else this.#clock.set(to.page, link.lag, () => this.#carry(link));
    }
  }

  /** Delivers what is due on a link, and nothing before what was posted earlier. */
  #carry(link: Link) {
    for (;;) {
      const [first] = link.queue;
      if (!first || first.at > this.#clock.now || first.to.page.state === "frozen") return;
      link.queue.shift();
      const { to, data } = first;
      if (!this.channels.has(to)) continue;
      to.page.run(() => {
        to.onmessage?.call(to as unknown as BroadcastChannel, { data } as MessageEvent<Message>);
      });
      this.#witness.heard(to.page, data);
    }
  }

  /** From now on, messages from one page to another take so long. */
  lag(from: Page, to: Page, ms: number) {
    this.#link(from, to).lag = ms;
  }

  /** Whether what is posted from one page to the other, and back, is heard at once. */
  close(one: Page, other: Page): boolean {
    return [this.#link(one, other), this.#link(other, one)].every(
      ({ lag, queue }) => lag === 0 && queue.length === 0,
    );
  }

  /** Nothing of what is on its way to or from a page arrives. */
  lose(page: Page, way: "from" | "to") {
    for (const { queue } of this.#links.values()) {
      for (const sent of queue.splice(0)) {
        if ((way === "from" ? sent.from : sent.to.page) !== page) queue.push(sent);
      }
    }
  }

  /** The page runs again: what waited for it arrives. */
  thaw(page: Page) {
    for (const link of this.#links.values()) {
      if (link.queue[0]?.to.page === page) this.#carry(link);
    }
  }

  /** The page is gone. */
  forget(page: Page) {
    for (const channel of this.channels) if (channel.page === page) this.channels.delete(channel);
  }

  /** How many channels a page holds open. */
  count(page: Page): number {
    return [...this.channels].filter((channel) => channel.page === page).length;
  }

  /** Runs `code` with this browser's globals. */
  async around(code: () => Promise<void>): Promise<void> {
    const browser = this;
    const target = {
      addEventListener(...args: Parameters<EventTarget["addEventListener"]>) {
        currentPage().events.addEventListener(...args);
      },
    };
    const globals: Record<string, unknown> = {
      BroadcastChannel: class extends Tab {
        constructor(name: string) {
          super(name, browser);
        }
      },
      window: target,
      document: target,
    };
    const before = Object.keys(globals).map(
      (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
    );
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    try {
      await code();
    } finally {
      for (const [name, descriptor] of before) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else Reflect.deleteProperty(globalThis, name);
      }
    }
  }
}
