export { type Message, type Model, modelFromEnv } from "./model.ts";
export { openaiModel } from "./openai.ts";
export { type Fetch, portFromEnv, type Serving, serve, untilInterrupted } from "./serve.ts";
export { storyteller, tell } from "./story.ts";
