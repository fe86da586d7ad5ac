import { builtinEnvironments, type Environment } from "vitest/runtime";

/** What Node has, and happy-dom would replace by its own: requests are to be the real thing. */
const natives = [
  "AbortController",
  "AbortSignal",
  "Blob",
  "FormData",
  "Headers",
  "ReadableStream",
  "Request",
  "Response",
  "TransformStream",
  "URL",
  "WritableStream",
  "fetch",
] as const;

/** happy-dom's document, with Node's own fetch and streams. */
const environment: Environment = {
  ...builtinEnvironments["happy-dom"],
  name: "happy-dom-on-node",
  async setup(global, options) {
    const kept = Object.fromEntries(natives.map((name) => [name, globalThis[name]]));
    const { teardown } = await builtinEnvironments["happy-dom"].setup(global, options);
    Object.assign(global, kept);
    return { teardown };
  },
};

export default environment;
