import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { compare, type Result, show } from "../lib/figures.ts";

/** What an application would write, and what it has anyway. */
interface Bundle {
  readonly name: string;
  readonly code: string;
  readonly external?: readonly string[];
}

const react = ["react", "react-dom", "react/*"];

const bundles: readonly Bundle[] = [
  {
    name: "Twinstream, createStreamClient",
    code: 'export { createStreamClient } from "@twinstream/core";',
  },
  {
    name: "Twinstream, useStream and client (React)",
    code: 'export { useStream } from "@twinstream/react"; export { createStreamClient } from "@twinstream/core";',
    external: react,
  },
  { name: "Durable Streams, stream()", code: 'export { stream } from "@durable-streams/client";' },
  {
    name: "Convex, useStream with its client (React)",
    code: 'export { useStream } from "@convex-dev/persistent-text-streaming/react"; export { ConvexReactClient, ConvexProvider } from "convex/react";',
    external: react,
  },
  {
    name: "TanStack AI, ChatClient",
    code: 'export { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";',
  },
  {
    name: "AI SDK, useChat (React)",
    code: 'export { useChat } from "@ai-sdk/react";',
    external: react,
  },
];

async function measure({ code, external = [] }: Bundle): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    external: [...external],
    write: false,
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 1000;
}

/** What a browser has to load: minified and gzipped by esbuild, the framework left out. */
export async function size(): Promise<Result> {
  const sizes: number[] = [];
  for (const bundle of bundles) sizes.push(await measure(bundle));
  const [core, hook, durable, convex, , aiSdk] = sizes as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    figures: [
      compare(
        "Bundle, createStreamClient",
        "kB",
        [core],
        { name: "Durable Streams, stream()", values: [durable] },
        { atMost: 5, of: "ours" },
      ),
      compare(
        "Bundle, useStream and client",
        "kB",
        [hook],
        { name: "Convex", values: [convex] },
        { atMost: 5.8, of: "ours" },
      ),
      compare("Bundle, useStream and client", "kB", [hook], {
        name: "AI SDK, useChat",
        values: [aiSdk],
      }),
    ],
    tables: [
      {
        title: "Size: esbuild, minified, gzip, the framework left out",
        columns: ["", "kB"],
        rows: bundles.map(({ name }, index) => [name, show(sizes[index]!)]),
      },
    ],
    charts: [
      {
        file: "size",
        title: "What a browser has to load",
        unit: "kB, minified and gzipped, the framework left out; less is better",
        bars: bundles.map(({ name }, index) => ({
          label: name,
          value: sizes[index]!,
          ours: name.startsWith("Twinstream"),
        })),
      },
    ],
  };
}
