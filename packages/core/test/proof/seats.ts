// Judges what tabs make of what they hear: who drives feeds; and whoever follows is either fed, and
// then holds no connection, or is connected.
import type { TabMessage as Message } from "../../src/lib/tabs/tab-message.ts";
import { byteLength } from "../../src/lib/text/utf8.ts";
import type { Witness } from "./channel.ts";
import type { Clock, Page } from "./clock.ts";

// The defaults of the code, in ms: a driver's silence before it is asked, and again before it is
// given up; how long a driver has to answer whoever begins to follow.
const PATIENCE = 1500;
const GRACE = 40;

/** One attempt to follow. */
export interface Seat {
  readonly page: Page;
  /** When it must be connected, unless it is fed. */
  due: number;
  /** How much it surely has, in bytes. */
  at: number;
  /** Who feeds it, and when it was last heard. */
  fed?: { readonly by: string; readonly heard: number };
}

export interface Seats extends Witness {
  /** What is wrong with how things stand; undefined where nothing is. */
  check(): string | undefined;
  /** Who follows. */
  all(): Seat[];
  /** Which pages feed. */
  feeders(): Page[];
  /** The page runs again. */
  thawed(page: Page): void;
  /** The page is gone. */
  forget(page: Page): void;
}

/** What the network knows of a page. */
export interface Connections {
  /** How many connections it holds to follow. */
  live(page: Page): number;
  /** Whether its drive is open, and whether text comes through it. */
  drive(page: Page): { readonly open: boolean; readonly flows: boolean };
}

/** Judges the tabs among `pages`. */
export function createSeats(clock: Clock, pages: readonly Page[], connections: Connections): Seats {
  const seats = new Map<string, Seat>();
  const feeders = new Map<string, Page>();
  const thaws = new Map<Page, number>();
  /** When a page's drive was last seen open. */
  const drove = new Map<Page, number>();

  function hearText(by: Page, { tab, to, delta, offset }: Message & { readonly type: "text" }) {
    for (const [id, seat] of seats) {
      if (seat.page !== by || (to ?? id) !== id || offset > seat.at) continue;
      seat.at = Math.max(seat.at, offset + byteLength(delta));
      seat.fed = { by: tab, heard: clock.now };
    }
  }

  function checkFeeder(page: Page) {
    const { open, flows } = connections.drive(page);
    const feeds = [...feeders.values()].includes(page);
    const last = open ? clock.now : Math.max(drove.get(page) ?? 0, thaws.get(page) ?? 0);
    drove.set(page, last);
    if (flows && !feeds && !page.toldOfItsEnd) return `${page.name} drives, and does not feed`;
    if (feeds && clock.now > last + PATIENCE) return `${page.name} feeds what it does not drive`;
    return undefined;
  }

  function checkSeat({ page, due, fed }: Seat) {
    const connected = connections.live(page);
    const until = fed ? fed.heard + 2 * PATIENCE : due;
    // What was due while it was frozen begins to count when it is thawed.
    const late = Math.max(until, (thaws.get(page) ?? Number.NEGATIVE_INFINITY) + 2 * PATIENCE);
    if (connected > 1) return `${page.name} holds ${connected} connections`;
    if (connected > 0 && fed && clock.now < until) {
      return `${page.name} is fed, and holds a connection`;
    }
    if (connected === 0 && clock.now >= late) return `${page.name} is neither fed nor connected`;
    return undefined;
  }

  return {
    posted(page, message) {
      const { tab } = message;
      if (message.type === "ask") {
        const seat = seats.get(tab);
        if (seat) seat.at = Math.max(seat.at, message.from);
        else seats.set(tab, { page, due: clock.now + GRACE, at: message.from });
      } else if (message.type === "leave") seats.delete(tab);
      else if (message.type === "drive") feeders.set(tab, page);
      else if (message.type === "bye") feeders.delete(tab);
    },
    heard(by, message) {
      if (message.type === "text") hearText(by, message);
      if (message.type !== "bye") return;
      for (const seat of seats.values()) {
        if (seat.page !== by || seat.fed?.by !== message.tab) continue;
        seat.fed = undefined;
        seat.due = clock.now;
      }
    },
    check() {
      for (const page of pages) {
        const wrong = page.runs && checkFeeder(page);
        if (wrong) return wrong;
      }
      for (const seat of seats.values()) {
        const wrong = seat.page.runs && checkSeat(seat);
        if (wrong) return wrong;
      }
      return undefined;
    },
    all: () => [...seats.values()],
    feeders: () => [...feeders.values()],
    thawed: (page) => void thaws.set(page, clock.now),
    forget(page) {
      for (const [id, seat] of seats) if (seat.page === page) seats.delete(id);
      for (const [id, whose] of feeders) if (whose === page) feeders.delete(id);
    },
  };
}
