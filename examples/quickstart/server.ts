import { serve } from "@hono/node-server";
import { anyoneWithId, createStreamServer, StreamFailure } from "@twinstream/server";
import { sqliteStore } from "@twinstream/server/sqlite";
import OpenAI from "openai";

const openai = new OpenAI(); // by OPENAI_API_KEY; a compatible model by OPENAI_BASE_URL
const streams = createStreamServer({
  store: sqliteStore({ path: "streams.db" }),
  authorize: anyoneWithId(), // or your own check
  cors: { origin: "http://localhost:5173" }, // the page's origin: Vite's
  parseInput: String,
  generate: async ({ input, append, signal }) => {
    const request = { model: process.env.MODEL ?? "gpt-4o-mini", input, stream: true } as const;
    const answer = openai.responses.create(request, { signal }).catch((cause) => {
      throw new StreamFailure("model", "The model did not answer.", { cause });
    });
    await append.from(answer);
  },
});
serve({ fetch: (request) => streams.handler(request), port: Number(process.env.PORT ?? 3000) });
