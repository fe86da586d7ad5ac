import { builtinEnvironments, type Environment } from "vitest/runtime";

/** The globals that stay Node's own. happy-dom would replace them, but the requests must be real. */
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
