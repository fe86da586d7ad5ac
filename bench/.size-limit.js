// The bundles that the benchmark `size` compares, measured as `npm run size` measures ours.
import own, { bundle } from "../.size-limit.js";

const react = { ignore: ["react", "react-dom", "react/*"] };

export default [
  ...own.filter(({ name }) => name === "core" || name === "react"),
  bundle("durable", "bench", 'export { stream } from "@durable-streams/client";'),
  bundle(
    "convex",
    "bench",
    'export { useStream } from "@convex-dev/persistent-text-streaming/react"; export { ConvexReactClient, ConvexProvider } from "convex/react";',
    react,
  ),
  bundle(
    "tanstack",
    "bench",
    'export { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";',
  ),
  bundle("aiSdk", "bench", 'export { useChat } from "@ai-sdk/react";', react),
];
