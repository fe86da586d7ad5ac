import OpenAI from "openai";
import type { Model } from "./model.ts";

/** Creates a model behind the OpenAI chat completions API, at OpenAI or at a compatible server. */
export function openaiModel(options: { apiKey: string; baseURL?: string; model?: string }): Model {
  const { apiKey, baseURL, model = "gpt-4o-mini" } = options;
  const client = new OpenAI({ apiKey, baseURL });
  return {
    name: model,
    async *answer(messages, { signal } = {}) {
      const chunks = await client.chat.completions.create(
        { model, messages: [...messages], stream: true },
        { signal },
      );
      let finished = false;
      for await (const chunk of chunks) {
        // Some servers send a last chunk with usage figures and no choice.
        const choice = chunk.choices[0];
        if (choice?.delta?.content) yield choice.delta.content;
        finished ||= Boolean(choice?.finish_reason);
      }
      signal?.throwIfAborted();
      // A connection that closes early looks like an end. Only the finish reason tells them apart.
      if (!finished) throw new Error(`${model} ended its answer without a finish reason`);
    },
  };
}
