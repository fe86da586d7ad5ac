/** What an answer is generated from. */
export interface Input {
  readonly prompt: string;
  /** Tokens a second, 0 = as fast as it can; the model's own where left out. */
  readonly pace?: number;
}

/**
 * Checks what a drive request bore.
 * @throws TypeError that names what is wrong
 */
export function parseInput(input: unknown): Input {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new TypeError('The input must be a JSON object: { "prompt": "…" }.');
  }
  const { prompt, pace } = input as Record<string, unknown>;
  if (typeof prompt !== "string" || prompt.trim() === "") {
    throw new TypeError("`prompt` must be a text that is not blank.");
  }
  if (pace === undefined) return { prompt };
  if (typeof pace !== "number" || !(pace >= 0 && pace <= 10_000)) {
    throw new TypeError("`pace` must be tokens a second, from 0 (no limit) to 10000.");
  }
  return { prompt, pace };
}
