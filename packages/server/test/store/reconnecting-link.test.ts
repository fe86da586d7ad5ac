import { expect, onTestFinished, test, vi } from "vitest";
import { KeptLink, type Link } from "../../src/lib/store/shared/reconnecting-link.ts";

function rig() {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const links: { link: Link; broken: () => void; closed: boolean[] }[] = [];
  const world = { refuse: false, dead: false };
  const onReconnect = vi.fn();
  const kept = new KeptLink<Link>({
    onReconnect,
    async open(broken) {
      if (world.refuse) throw new Error("refused");
      const closed: boolean[] = [];
      const link: Link = {
        ping: () => (world.dead ? new Promise(() => {}) : Promise.resolve()),
        close: (isBroken) => void closed.push(isBroken),
      };
      links.push({ link, broken, closed });
      return link;
    },
  });
  return { kept, links, world, onReconnect };
}

test("all who ask share one link, and the first is no reconnection", async () => {
  const { kept, links, onReconnect } = rig();
  await Promise.all([kept.open(), kept.open()]);
  await kept.open();
  expect(links).toHaveLength(1);
  expect(onReconnect).not.toHaveBeenCalled();
});

test("one that breaks is made anew, as often as it takes, and then it is told", async () => {
  const { kept, links, world, onReconnect } = rig();
  await kept.open();
  world.refuse = true;
  links[0]?.broken();
  expect(links[0]?.closed).toEqual([true]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(onReconnect).not.toHaveBeenCalled();
  await expect(kept.open()).rejects.toThrow("refused");
  world.refuse = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(links).toHaveLength(2);
  expect(onReconnect).toHaveBeenCalledTimes(1);
});

test("one that dies silently is noticed", async () => {
  const { kept, links, world, onReconnect } = rig();
  await kept.open();
  world.dead = true;
  await vi.advanceTimersByTimeAsync(15_000 + 12_000);
  expect(links[0]?.closed).toEqual([true]);
  world.dead = false;
  await vi.advanceTimersByTimeAsync(200);
  expect(onReconnect).toHaveBeenCalledTimes(1);
});

test("one that nobody wants any more is closed in a while, and not where somebody does again", async () => {
  const { kept, links } = rig();
  await kept.open();
  kept.idle();
  await vi.advanceTimersByTimeAsync(4_000);
  await kept.open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(links[0]?.closed).toEqual([]);
  kept.idle();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(links[0]?.closed).toEqual([false]);
});

test("once closed it stays closed", async () => {
  const { kept, links } = rig();
  await kept.open();
  links[0]?.broken();
  await kept.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(links).toHaveLength(1);
});
