import { createRandom, type Random } from "../util/random.ts";

/** The input of a drive. It alone decides the answer, on any server. */
export interface AnswerInput {
  readonly seed: number;
  /** The approximate length of the text, in UTF-16 units. */
  readonly length: number;
  /** The average pause between two pieces, in ms. */
  readonly pace: number;
  /** If set, the text is repeated, in one piece each time, until the answer has this many bytes. */
  readonly bytes?: number;
}

/** One `append` of the generator, and the pause before it in ms. */
export interface Piece {
  readonly text: string;
  readonly delay: number;
}

/**
 * Checks the input of a request, which anybody may send.
 *
 * @throws TypeError or RangeError that names the field and its value
 */
export function checkInput(input: unknown): AnswerInput {
  const { seed, length, pace, bytes = 0 } = (input ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries({ seed, length, pace, bytes })) {
    if (Number.isSafeInteger(value) && (value as number) >= 0) continue;
    throw new TypeError(`${name} is ${value}; it must be a whole number, 0 or more`);
  }
  if ((length as number) > 1_000_000)
    throw new RangeError(`length is ${length}; it must be at most 1,000,000`);
  if (bytes && length === 0)
    throw new RangeError("length is 0; it must be above 0 if bytes is set");
  return input as AnswerInput;
}

// Words that tend to break things: all planes, joined and combining characters, text that looks like
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

/** Cuts an answer into pieces anywhere: also in a pair of surrogates, and between CR and LF. */
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

/** Returns the text that readers see of an answer that nothing stopped. Its line ends are LF. */
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
