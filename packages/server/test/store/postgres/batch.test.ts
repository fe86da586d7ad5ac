import { expect, test } from "vitest";
import { batched } from "../../../src/lib/store/postgres/batch.ts";

test("items that arrive during a batch go into the next one, each with its own result", async () => {
  const batches: number[][] = [];
  let release = () => {};
  const call = batched(async (items: number[]) => {
    batches.push(items);
    if (batches.length === 1) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    return items.map((item) => item * 10);
  }, 4);
  const first = [call(1), call(2)];
  while (batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const later = [3, 4, 5, 6, 7].map(call);
  release();
  expect(await Promise.all([...first, ...later])).toEqual([10, 20, 30, 40, 50, 60, 70]);
  expect(batches).toEqual([[1, 2], [3, 4, 5, 6], [7]]);
});

test("a batch that fails rejects its own items, and the next one goes on", async () => {
  const call = batched(async (items: number[]) => {
    if (items.includes(1)) throw new Error("refused");
    return items;
  }, 2);
  const results = await Promise.allSettled([1, 2, 3].map(call));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

test("a result that rejects does not affect the others", async () => {
  const call = batched(
    async (items: number[]) =>
      items.map((item) => (item === 2 ? Promise.reject(new Error("refused")) : item)),
    10,
  );
  const results = await Promise.allSettled([1, 2, 3].map(call));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
