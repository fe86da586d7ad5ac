import { expect, test } from "vitest";
import { answerPieces, trueText } from "../../src/lib/server/answer.ts";

const isWellFormed = (text: string) => Buffer.from(text).toString() === text;

test("an input makes the same answer on every server, with LF for the reader", () => {
  const input = { seed: 3, length: 2_000, pace: 5 };
  expect(answerPieces(input)).toEqual(answerPieces(input));
  expect(trueText(input)).not.toContain("\r");
  expect(isWellFormed(trueText(input))).toBe(true);
  expect(answerPieces(input).some((piece) => !isWellFormed(piece.text))).toBe(true);
});
