import { expect, test } from "vitest";
import { compare, exponent, quantile, spread } from "../../src/report/figures.ts";

test("the exponent of the fit is the power by which a cost grows", () => {
  const sizes = [100, 200, 400, 800];
  const fit = (cost: (size: number) => number) => exponent(sizes.map((size) => [size, cost(size)]));
  expect(fit((size) => 3 * size)).toBeCloseTo(1, 9);
  expect(fit((size) => size ** 2 / 7)).toBeCloseTo(2, 9);
  expect(fit(() => 5)).toBeCloseTo(0, 9);
});

test("medians and quantiles are interpolated between the neighbouring values", () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spread([4, 1, 2, 3]).median).toBe(2.5);
  expect(quantile([0, 10, 20, 30, 40], 0.99)).toBeCloseTo(39.6, 9);
  expect(() => spread([])).toThrow("no values to summarise");
});

test("ratios are computed within each round, and the goal applies to their median", () => {
  const peer = { name: "peer", values: [10, 100, 1000] };
  const figure = (atMost: number) =>
    compare("cost", "ms", [11, 120, 900], peer, { atMost, of: "ratio" });
  expect(figure(1.2).ratio).toEqual({ median: 1.1, min: 0.9, max: 1.2 });
  expect(figure(1.1).met).toBe(true);
  expect(figure(1.05).met).toBe(false);
});

test("a goal may be a lower bound on our own value, or be absent", () => {
  expect(compare("rate", "/s", [5], undefined, { atLeast: 6, of: "ours" }).met).toBe(false);
  expect(compare("rate", "/s", [6], undefined, { atLeast: 6, of: "ours" }).met).toBe(true);
  expect(compare("rate", "/s", [6]).met).toBeUndefined();
});
