import { OpenAI } from "openai";

/** One turn of the conversation. */
export interface Turn {
  role: "user" | "assistant";
  content: string;
}

/**
 * Yields the answer, piece by piece. If `OPENAI_API_KEY` is set (`npx convex env set OPENAI_API_KEY …`;
 * `OPENAI_BASE_URL` and `OPENAI_MODEL` too), OpenAI or a compatible server answers. Otherwise a
 * storyteller does, which needs no key.
 */
export async function* answer(turns: Turn[]): AsyncGenerator<string> {
  if (!process.env.OPENAI_API_KEY) {
    yield* tell(turns.at(-1)?.content ?? "");
    return;
  }
  const stream = await new OpenAI().chat.completions.create({
    model: process.env.OPENAI_MODEL ?? "gpt-4.1-mini",
    messages: [{ role: "system", content: "Answer in Markdown, briefly." }, ...turns],
    stream: true,
  });
  for await (const part of stream) yield part.choices[0]?.delta?.content ?? "";
}

const pace = () => new Promise((resolve) => setTimeout(resolve, Number(process.env.PACE_MS ?? 30)));

async function* tell(prompt: string): AsyncGenerator<string> {
  const story = `You asked: *${prompt.replaceAll("*", "")}*

A lighthouse keeper once wrote **one line a night** into her logbook. Some nights the line was about the weather. Some nights it was about the sea. Then, one night, the light went out, and she wrote by moonlight:

1. The lamp is cold.
2. The ships are close.
3. I shall *sing* instead.

And the ships, who had never heard a lighthouse sing, turned to listen. 她唱了一整夜。 Nobody was lost. 🌊

\`\`\`ts
for (const ship of ships) ship.listen();
\`\`\`
`;
  for (const token of story.match(/\s*\S+/gu) ?? []) {
    yield token;
    await pace();
  }
}
