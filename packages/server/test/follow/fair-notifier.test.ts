import { expect, onTestFinished, test } from "vitest";
import { createTeller } from "../../src/lib/follow/fair-notifier.ts";
import { nextTurn } from "../../src/lib/util/event-loop.ts";

const oneTurn = () => new Promise<void>((resolve) => nextTurn(resolve));

/** Readers that write down who was told in which turn of the event loop. */
function crowd(count: number) {
  const told: number[][] = [[]];
  const readers = new Set(
    Array.from({ length: count }, (_, reader) => () => {
      told.at(-1)!.push(reader);
    }),
  );
  return {
    readers,
    told,
    async turns(most: number) {
      for (let turn = 0; turn < most && told.flat().length < count; turn++) {
        told.push([]);
        await oneTurn();
      }
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test("few readers are told at once", () => {
  const { readers, told } = crowd(64);
  createTeller().tell(readers);
  expect(told).toEqual([upTo(64)]);
});

test("a crowd is told a part each turn of the event loop, in order and once each", async () => {
  const { readers, told, turns } = crowd(1000);
  const teller = createTeller();
  teller.tell(readers);
  expect(told).toEqual([[]]);
  await turns(100);
  await oneTurn();
  expect(told.flat()).toEqual(upTo(1000));
  expect(Math.max(...told.map((turn) => turn.length))).toBe(64);
});

test("text that comes faster than a crowd can be told of it: each reader is told once a round", async () => {
  const { readers, told } = crowd(200);
  const teller = createTeller();
  // As fast as text can come: in each turn.
  for (let turn = 0; turn < 300; turn++) {
    teller.tell(readers);
    await oneTurn();
  }
  const order = told.flat();
  expect(order.length).toBeGreaterThan(300 * 60);
  const last = new Map<number, number>();
  let longest = 0;
  order.forEach((reader, at) => {
    longest = Math.max(longest, at - (last.get(reader) ?? 0));
    last.set(reader, at);
  });
  // All others, and the rest of the turn.
  expect(longest).toBeLessThan(200 + 64);
});

test("one crowd does not keep another one, or a single reader, waiting until it is told", async () => {
  const big = crowd(5000);
  const small = crowd(100);
  const one = crowd(1);
  const teller = createTeller();
  teller.tell(big.readers);
  teller.tell(one.readers);
  expect(one.told.flat()).toEqual([0]);
  teller.tell(small.readers);
  await small.turns(1000);
  expect(small.told.flat()).toEqual(upTo(100));
});

test("a reader that left before its turn is not told", async () => {
  const { readers, told, turns } = crowd(100);
  const [first, second] = [...readers];
  const teller = createTeller();
  teller.tell(readers);
  teller.forget(first!);
  teller.forget(second!);
  await turns(10);
  expect(told.flat()).toEqual(upTo(100).slice(2));
});

test("what a reader does when it is told may make others leave", async () => {
  const told: string[] = [];
  const teller = createTeller();
  const last = () => told.push("last");
  const readers = new Set<() => void>([() => teller.forget(last)]);
  for (let reader = 0; reader < 70; reader++) readers.add(() => told.push("one"));
  readers.add(last);
  teller.tell(readers);
  for (let turn = 0; turn < 5; turn++) await oneTurn();
  expect(told).toEqual(Array.from({ length: 70 }, () => "one"));
});

test("a reader that throws keeps none of the others from being told, then or later", async () => {
  const { readers, told, turns } = crowd(200);
  const thrown: unknown[] = [];
  const caught = (error: unknown) => thrown.push(error);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", caught);
  onTestFinished(() => {
    process.removeAllListeners("uncaughtException");
    for (const listener of others) process.on("uncaughtException", listener);
  });
  const error = new Error("its stream is broken");
  const broken = () => {
    throw error;
  };
  const teller = createTeller();
  teller.tell(new Set([broken, ...readers]));
  await turns(20);
  expect(told.flat()).toEqual(upTo(200));
  told.length = 0;
  teller.tell(readers);
  await turns(20);
  expect(told.flat()).toEqual(upTo(200));
  expect(thrown).toEqual([error]);
});
