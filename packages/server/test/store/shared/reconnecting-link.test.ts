import { expect, onTestFinished, test, vi } from "vitest";
import { type Link, ReconnectingLink } from "../../../src/lib/store/shared/reconnecting-link.ts";

function startFixture() {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const links: { link: Link; broken: () => void; closed: boolean[] }[] = [];
  const server = { refuse: false, dead: false };
  const onReconnect = vi.fn();
  const reconnecting = new ReconnectingLink<Link>({
    onReconnect,
    async open(broken) {
      if (server.refuse) throw new Error("refused");
      const closed: boolean[] = [];
      const link: Link = {
        ping: () => (server.dead ? new Promise(() => {}) : Promise.resolve()),
        close: (isBroken) => void closed.push(isBroken),
      };
      links.push({ link, broken, closed });
      return link;
    },
  });
  return { reconnecting, links, server, onReconnect };
}

test("everyone who opens shares one link, and the first connection is no reconnection", async () => {
  const { reconnecting, links, onReconnect } = startFixture();
  await Promise.all([reconnecting.open(), reconnecting.open()]);
  await reconnecting.open();
  expect(links).toHaveLength(1);
  expect(onReconnect).not.toHaveBeenCalled();
});

test("connects again after a break, as often as it takes, and then reports it", async () => {
  const { reconnecting, links, server, onReconnect } = startFixture();
  await reconnecting.open();
  server.refuse = true;
  links[0]?.broken();
  expect(links[0]?.closed).toEqual([true]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(onReconnect).not.toHaveBeenCalled();
  await expect(reconnecting.open()).rejects.toThrow("refused");
  server.refuse = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(links).toHaveLength(2);
  expect(onReconnect).toHaveBeenCalledTimes(1);
});

test("notices a link that died silently", async () => {
  const { reconnecting, links, server, onReconnect } = startFixture();
  await reconnecting.open();
  server.dead = true;
  await vi.advanceTimersByTimeAsync(15_000 + 12_000);
  expect(links[0]?.closed).toEqual([true]);
  server.dead = false;
  await vi.advanceTimersByTimeAsync(200);
  expect(onReconnect).toHaveBeenCalledTimes(1);
});

test("closes an idle link in a while, unless it is opened again", async () => {
  const { reconnecting, links } = startFixture();
  await reconnecting.open();
  reconnecting.idle();
  await vi.advanceTimersByTimeAsync(4_000);
  await reconnecting.open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(links[0]?.closed).toEqual([]);
  reconnecting.idle();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(links[0]?.closed).toEqual([false]);
});

test("stays closed once it is closed", async () => {
  const { reconnecting, links } = startFixture();
  await reconnecting.open();
  links[0]?.broken();
  await reconnecting.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(links).toHaveLength(1);
});
