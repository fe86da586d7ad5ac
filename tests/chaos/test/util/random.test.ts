import { expect, test } from "vitest";
import { createRandom } from "../../src/lib/util/random.ts";

test("the same seed makes the same decisions, and forks do not change each other", () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return [random.int(0, 1_000), random.fork("a").next(), random.fork("b").next(), random.next()];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const random = createRandom(7);
  random.next();
  expect(random.fork("a").next()).toBe(createRandom(7).fork("a").next());
});
