import { openaiModel } from "./openai.ts";
import { storyteller } from "./story.ts";

/** One turn of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A model: a conversation in, pieces of text out. */
export interface Model {
  readonly name: string;
  /**
   * Yields the answer to a conversation, piece by piece.
   *
   * @param options.signal aborts the answer with an `AbortError`
   * @param options.speed tokens per second, if the model can choose (the storyteller can)
   */
  answer(
    messages: readonly Message[],
    options?: { signal?: AbortSignal; speed?: number },
  ): AsyncIterable<string>;
}

/**
 * Creates the model that the environment names.
 *
 * | variable | meaning |
 * |---|---|
 * | `OPENAI_API_KEY` | answer with an OpenAI-compatible model |
 * | `OPENAI_BASE_URL` | the URL of a compatible server. Default: OpenAI |
 * | `OPENAI_MODEL` | the model. Default `gpt-4o-mini` |
 * | `STORY_SPEED` | without a key: the storyteller's tokens per second, 0 = as fast as possible. Default 50 |
 *
 * @throws TypeError if `STORY_SPEED` is not a number of 0 or more
 */
export function modelFromEnv(env: Record<string, string | undefined> = process.env): Model {
  if (env.OPENAI_API_KEY) {
    return openaiModel({
      apiKey: env.OPENAI_API_KEY,
      baseURL: env.OPENAI_BASE_URL || undefined,
      model: env.OPENAI_MODEL || undefined,
    });
  }
  const speed = Number(env.STORY_SPEED?.trim() || 50);
  if (!Number.isFinite(speed) || speed < 0) {
    throw new TypeError(
      `STORY_SPEED must be tokens per second, 0 or more (0 = as fast as possible); it is "${env.STORY_SPEED}"`,
    );
  }
  return storyteller({ speed });
}
