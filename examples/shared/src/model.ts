import { openaiModel } from "./openai.ts";
import { storyteller } from "./story.ts";

/** One turn of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** Whatever answers: a conversation in, pieces of text out. */
export interface Model {
  readonly name: string;
  /**
   * The answer to a conversation, piece by piece.
   *
   * @param options.signal ends the answer early, by an `AbortError`
   * @param options.speed tokens a second, where the model can choose (the storyteller can)
   */
  answer(
    messages: readonly Message[],
    options?: { signal?: AbortSignal; speed?: number },
  ): AsyncIterable<string>;
}

/**
 * The model that the environment asks for.
 *
 * | variable | meaning |
 * |---|---|
 * | `OPENAI_API_KEY` | answer with an OpenAI-compatible model |
 * | `OPENAI_BASE_URL` | where it is, if not at OpenAI: any compatible server |
 * | `OPENAI_MODEL` | which model, `gpt-4o-mini` by default |
 * | `STORY_SPEED` | without a key: the storyteller's tokens a second, 50 by default, 0 = as fast as it can |
 *
 * @throws TypeError where `STORY_SPEED` is no number of tokens
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
      `STORY_SPEED must be tokens a second, 0 or more (0 = as fast as it can); it is "${env.STORY_SPEED}"`,
    );
  }
  return storyteller({ speed });
}
