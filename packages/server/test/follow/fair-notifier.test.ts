import { expect, onTestFinished, test } from "vitest";
import { createFairNotifier } from "../../src/lib/follow/fair-notifier.ts";
import { nextTurn } from "../../src/lib/util/event-loop.ts";

const oneTurn = () => new Promise<void>((resolve) => nextTurn(resolve));

/** Readers that record which of them was called in which turn of the event loop. */
function crowd(count: number) {
  const calls: number[][] = [[]];
  const readers = new Set(
    Array.from({ length: count }, (_, reader) => () => {
      calls.at(-1)!.push(reader);
    }),
  );
  return {
    readers,
    calls,
    async turns(most: number) {
      for (let turn = 0; turn < most && calls.flat().length < count; turn++) {
        calls.push([]);
        await oneTurn();
      }
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test("few readers are called at once", () => {
  const { readers, calls } = crowd(64);
  createFairNotifier().notify(readers);
  expect(calls).toEqual([upTo(64)]);
});

test("a crowd is called in parts, one each turn of the event loop, in order and once each", async () => {
  const { readers, calls, turns } = crowd(1000);
  const notifier = createFairNotifier();
  notifier.notify(readers);
  expect(calls).toEqual([[]]);
  await turns(100);
  await oneTurn();
  expect(calls.flat()).toEqual(upTo(1000));
  expect(Math.max(...calls.map((turn) => turn.length))).toBe(64);
});

test("if text comes faster than a crowd can be called, each reader is called once a round", async () => {
  const { readers, calls } = crowd(200);
  const notifier = createFairNotifier();
  // As fast as text can come: in each turn.
  for (let turn = 0; turn < 300; turn++) {
    notifier.notify(readers);
    await oneTurn();
  }
  const order = calls.flat();
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

test("a crowd keeps neither another crowd nor a single reader waiting until it was called", async () => {
  const big = crowd(5000);
  const small = crowd(100);
  const one = crowd(1);
  const notifier = createFairNotifier();
  notifier.notify(big.readers);
  notifier.notify(one.readers);
  expect(one.calls.flat()).toEqual([0]);
  notifier.notify(small.readers);
  await small.turns(1000);
  expect(small.calls.flat()).toEqual(upTo(100));
});

test("a reader that left before its turn is not called", async () => {
  const { readers, calls, turns } = crowd(100);
  const [first, second] = [...readers];
  const notifier = createFairNotifier();
  notifier.notify(readers);
  notifier.forget(first!);
  notifier.forget(second!);
  await turns(10);
  expect(calls.flat()).toEqual(upTo(100).slice(2));
});

test("a reader may make others leave while it is called", async () => {
  const calls: string[] = [];
  const notifier = createFairNotifier();
  const last = () => calls.push("last");
  const readers = new Set<() => void>([() => notifier.forget(last)]);
  for (let reader = 0; reader < 70; reader++) readers.add(() => calls.push("one"));
  readers.add(last);
  notifier.notify(readers);
  for (let turn = 0; turn < 5; turn++) await oneTurn();
  expect(calls).toEqual(Array.from({ length: 70 }, () => "one"));
});

test("a reader that throws keeps no other from being called, then or later", async () => {
  const { readers, calls, turns } = crowd(200);
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
  const notifier = createFairNotifier();
  notifier.notify(new Set([broken, ...readers]));
  await turns(20);
  expect(calls.flat()).toEqual(upTo(200));
  calls.length = 0;
  notifier.notify(readers);
  await turns(20);
  expect(calls.flat()).toEqual(upTo(200));
  expect(thrown).toEqual([error]);
});
