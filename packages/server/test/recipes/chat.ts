import { createStreamServer, StreamFailure } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { askModel, creditOf, saveAnswer, userOf } from "./app.ts";

export const streams = createStreamServer({
  store: memoryStore(),
  async authorize({ request }) {
    const user = await userOf(request);
    return user ? { context: { user } } : new Response("Log in first.", { status: 401 });
  },
  parseInput(raw) {
    const { prompt } = (raw ?? {}) as { prompt?: unknown };
    if (typeof prompt !== "string") throw new Error("`prompt` must be a text.");
    return { prompt };
  },
  async generate({ id, input, context, append }) {
    if ((await creditOf(context.user)) === 0) {
      throw new StreamFailure("quota", "You have used up today's answers. Come back tomorrow.");
    }
    let answer = "";
    for await (const token of askModel(input.prompt)) {
      answer += token;
      await append(token);
    }
    // Before `generate` returns: a page that loads its own row at `done` finds it.
    await saveAnswer(id, answer);
  },
});
