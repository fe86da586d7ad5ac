import { expect, test } from "vitest";
import { answerPieces, trueText } from "../../src/lib/server/answer.ts";
import { createRandom } from "../../src/lib/util/random.ts";

const isWellFormed = (text: string) => Buffer.from(text).toString() === text;

test("the same seed decides the same, and forks do not disturb each other", () => {
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

test("an answer is the same on every server, and reads with LF", () => {
  const input = { seed: 3, length: 2_000, pace: 5 };
  expect(answerPieces(input)).toEqual(answerPieces(input));
  expect(trueText(input)).not.toContain("\r");
  expect(isWellFormed(trueText(input))).toBe(true);
  expect(answerPieces(input).some((piece) => !isWellFormed(piece.text))).toBe(true);
});
