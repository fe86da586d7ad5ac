/** The input of a generation. */
export interface Input {
  readonly prompt: string;
  /** Tokens per second, 0 = as fast as possible. Default: the model's own pace. */
  readonly pace?: number;
}

/**
 * Checks the input of a drive request.
 *
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
