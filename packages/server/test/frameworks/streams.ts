import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";

export const streams = createStreamServer({
  store: memoryStore(),
  authorize: anyoneWithId(),
  generate: async ({ input, append }) => {
    const { prompt } = input as { prompt: string };
    append(`You said: ${prompt}`);
  },
});
