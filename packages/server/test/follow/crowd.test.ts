import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  anyoneWithId,
  createStreamServer,
  type GenerateContext,
  type Store,
  type Streams,
} from "../../src/index.ts";
import { follow, type Live, lives, type Member } from "../harness/crowd.ts";
import { databases, type RunningDatabase } from "../harness/databases.ts";
import { gate } from "../harness/gate.ts";
import { openStore, type StoreAddress } from "../harness/store-address.ts";

const patience = { timeout: 60_000, interval: 10 };
// More than are notified at once: several turns.
const CROWD = 130;
const TOKENS = 100;
const piece = (n: number) => `${n} 流 👩‍👩‍👧\n${n % 7 ? "" : " x\n\n  y"}`;
const truth = Array.from({ length: TOKENS }, (_, n) => piece(n)).join("");

const never = new Promise<never>(() => {});
const oneTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A token a turn of the event loop: a round of the crowd takes several. Waits for `half` in the middle. */
const talk = (half: Promise<void>) =>
  async function generate({ append, signal }: GenerateContext) {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
    });
    for (let n = 0; n < TOKENS && !signal.aborted; n++) {
      await append(piece(n));
      await oneTurn();
      if (n === TOKENS / 2) await Promise.race([half, aborted]);
    }
  };

/** A server whose store counts its watches, and may lose its producer. */
async function open(address: StoreAddress, half: Promise<void>, leaseMs = 15_000) {
  const inner = await openStore(address);
  const counts = { watches: 0 };
  let dead = false;
  const store: Store = {
    ...inner,
    async watch(id, wake) {
      const unwatch = await inner.watch(id, wake);
      counts.watches++;
      return () => {
        counts.watches--;
        unwatch();
      };
    },
    append: (...write) => (dead ? never : inner.append(...write)),
    renew: (...write) => (dead ? never : inner.renew(...write)),
    // Those that come back to a server that is closed are answered as long as the store lasts.
    close: async () => {},
  };
  const errors: unknown[] = [];
  const streams = createStreamServer({
    store,
    authorize: anyoneWithId(),
    leaseMs,
    flush: { boundary: "none", maxDelayMs: 1 },
    onError: (error) => errors.push(error),
    generate: talk(half),
  });
  onTestFinished(async () => {
    await streams.close();
    await inner.close();
  });
  return {
    streams,
    counts,
    errors,
    /** The producer's process is gone, as far as the store can tell. */
    die() {
      dead = true;
    },
  };
}

const drive = async (streams: Streams, id: string) =>
  (
    await streams.handler(new Request(`http://x/api/streams/${id}/drive`, { method: "POST" }))
  ).text();

const gather = (streams: Streams, id: string, live: Live, count: number) =>
  Array.from({ length: count }, () => follow(streams, id, live));

async function expectWhole(members: readonly Member[], text: string, status: string) {
  for (const end of await Promise.all(members.map((member) => member.ended))) {
    expect(end).toEqual({ status, closed: true });
  }
  for (const member of members) expect(member.text).toBe(text);
}

// How Redis is reached changes nothing for them.
const each = databases.filter(({ name }) => !name.includes("ioredis"));

for (const { name, available, start } of each) {
  describe.skipIf(!available)(`a crowd, ${name}`, { timeout: 120_000 }, () => {
    let database: RunningDatabase;
    beforeAll(async () => {
      database = await start();
    });
    afterAll(() => database?.stop());

    test.each(lives)("that joins, leaves and stalls while it is notified, by %s", async (live) => {
      const half = gate();
      const { streams, counts, errors } = await open(database.address(), half.opened);
      const [id, other, single] = [
        await streams.create(),
        await streams.create(),
        await streams.create(),
      ];
      const members = gather(streams, id, live, CROWD);
      const leavers = gather(streams, id, live, 50);
      const stallers = members.filter((_, n) => n % 4 === 0);
      const others = gather(streams, other, live, CROWD / 2);
      const one = follow(streams, single, live);
      const driven = [id, other, single].map((each) => drive(streams, each));
      for (let round = 0; round < 25; round++) {
        await oneTurn();
        for (const leaver of leavers.splice(0, 2)) leaver.leave();
        members.push(...gather(streams, id, live, 2));
        for (const staller of stallers) round % 3 ? staller.stall() : staller.resume();
      }
      half.open();
      for (const staller of stallers) staller.resume();
      await expectWhole([...members, ...others, one], truth, "done");
      expect(await Promise.all(driven)).toEqual([truth, truth, truth]);
      await vi.waitFor(() => expect(counts.watches).toBe(0), patience);
      expect(errors).toEqual([]);
    });

    /** A crowd that has received some text, and waits for more. */
    async function begin(streams: Streams, by: readonly Live[]) {
      const id = await streams.create();
      const members = by.flatMap((live) => gather(streams, id, live, Math.ceil(CROWD / by.length)));
      void drive(streams, id);
      await vi.waitFor(() => expect(members[0]!.text).not.toBe(""), patience);
      return { id, members };
    }

    test.each(lives)("whose stream is stopped or deleted, by %s", async (live) => {
      const { streams, counts, errors } = await open(database.address(), never);
      const stopped = await begin(streams, [live]);
      expect((await streams.stop(stopped.id))?.status).toBe("stopped");
      const { text = "" } = (await streams.read(stopped.id)) ?? {};
      expect(truth.startsWith(text)).toBe(true);
      await expectWhole(stopped.members, text, "stopped");

      const deleted = await begin(streams, [live]);
      await streams.delete(deleted.id);
      for (const member of deleted.members) {
        await member.ended;
        expect(truth.startsWith(member.text)).toBe(true);
      }
      await vi.waitFor(() => expect(counts.watches).toBe(0), patience);
      expect(errors).toEqual([]);
    });

    test("whose producer dies", async () => {
      const { streams, counts, errors, die } = await open(database.address(), never, 1_500);
      const { id, members } = await begin(streams, lives);
      die();
      await vi.waitFor(
        async () => expect((await streams.status(id))?.status).toBe("timeout"),
        patience,
      );
      await expectWhole(members, (await streams.read(id))!.text, "timeout");
      await vi.waitFor(() => expect(counts.watches).toBe(0), patience);
      expect(errors).toEqual([]);
    });

    test("whose server is closed while it is notified", async () => {
      const { streams, counts, errors } = await open(database.address(), never);
      const { id, members } = await begin(streams, lives);
      await streams.close();
      // Sent away before or after the last flush: they come back elsewhere for the rest.
      await Promise.all(members.map((member) => member.ended));
      const record = await streams.read(id);
      expect(record?.status).toBe("timeout");
      for (const { text } of members) expect(record!.text.startsWith(text)).toBe(true);
      await vi.waitFor(() => expect(counts.watches).toBe(0), patience);
      expect(errors).toEqual([]);
    });
  });
}
