import { createRandom, type Random } from "../util/random.ts";

/** What a driver asks for; the answer follows from it alone, on whatever server it is made. */
export interface AnswerInput {
  readonly seed: number;
  /** About how long the text gets, in UTF-16 units. */
  readonly length: number;
  /** The pause between two pieces, in ms, on average. */
  readonly pace: number;
  /** Where given: the text is said again and again, in one piece each time, until it has so many bytes. */
  readonly bytes?: number;
}

/** One `append` of the generator, and the pause before it in ms. */
export interface Piece {
  readonly text: string;
  readonly delay: number;
}

/** What a request asked for, where it makes sense: anybody may send anything. Throws where not. */
export function checkInput(input: unknown): AnswerInput {
  const { seed, length, pace, bytes = 0 } = (input ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries({ seed, length, pace, bytes })) {
    if (Number.isSafeInteger(value) && (value as number) >= 0) continue;
    throw new TypeError(`${name} must be a whole number from 0 on, not ${value}`);
  }
  if ((length as number) > 1_000_000) throw new RangeError("length must be at most 1,000,000");
  if (bytes && length === 0) throw new RangeError("length must be above 0 where bytes is given");
  return input as AnswerInput;
}

// Words that tend to break things: all planes, joined and combining characters, what looks like
// the end of a sentence or of a line of SSE, a byte order mark, line ends of every kind.
const words = [
  "The answer ",
  "is 3.14 at foo.bar. ",
  "Who? You! ",
  "流式传输的文本。",
  "यह हिन्दी है। ",
  "שלום עולם. ",
  "e\u0301a\u0308 ",
  "👩‍👩‍👧‍👦🏳️‍🌈 ",
  "𝒳𐍈🀄 ",
  "\ufeff",
  "\r\n",
  "\r",
  "\n\n",
  "  data: x\n",
  " : event\n",
  "\u2028 ",
  "\u0000",
  "const a = [1,2,3];\n",
  "a",
  " ",
  "…",
];

/** The pieces of an answer. They are cut anywhere: in a pair of surrogates, between CR and LF. */
export function answerPieces(input: AnswerInput): Piece[] {
  const random = createRandom(input.seed).fork("answer");
  const whole = answerText(random.fork("words"), input.length);
  const pieces: Piece[] = [];
  for (let at = 0; at < whole.length; ) {
    const length = random.chance(0.1) ? random.int(20, 60) : random.int(1, 12);
    const delay = random.chance(0.03) ? input.pace * 12 : random.int(0, 2 * input.pace);
    pieces.push({ text: whole.slice(at, at + length), delay });
    at += length;
  }
  return pieces;
}

/** What readers see of an answer that nothing stopped: line ends are LF. */
export function trueText(input: AnswerInput): string {
  return answerPieces(input)
    .map((piece) => piece.text)
    .join("")
    .replace(/\r\n?/g, "\n");
}

function answerText(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += random.pick(words);
  return text;
}
