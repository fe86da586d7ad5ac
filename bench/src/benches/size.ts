import { measureSize, type Size, sizes } from "../../../scripts/lib/sizes.ts";
import { compare, type Result, show } from "../report/figures.ts";

const react = ["react", "react-dom", "react/*"];

/** What an application would import of a peer. */
const peer = (title: string, code: string, external?: readonly string[]): Size => ({
  name: title,
  title,
  from: "bench",
  code,
  external,
});

const ours = (name: string, title: string): Size => ({
  ...sizes.find((size) => size.name === name)!,
  title,
});

const bundles = {
  core: ours("core", "Twinstream, createStreamClient"),
  hook: ours("react", "Twinstream, useStream and client (React)"),
  durable: peer("Durable Streams, stream()", 'export { stream } from "@durable-streams/client";'),
  convex: peer(
    "Convex, useStream with its client (React)",
    'export { useStream } from "@convex-dev/persistent-text-streaming/react"; export { ConvexReactClient, ConvexProvider } from "convex/react";',
    react,
  ),
  tanstack: peer(
    "TanStack AI, ChatClient",
    'export { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";',
  ),
  aiSdk: peer("AI SDK, useChat (React)", 'export { useChat } from "@ai-sdk/react";', react),
};

type Name = keyof typeof bundles;

/** What a browser has to load: minified and gzipped as `npm run size` does it, the framework left out. */
export async function size(): Promise<Result> {
  const measured = new Map<Name, number>();
  for (const name of Object.keys(bundles) as Name[]) {
    measured.set(name, (await measureSize(bundles[name])) / 1000);
  }
  const beside = (own: "core" | "hook", other: Name, goal?: number) =>
    compare(
      `Bundle, ${bundles[own].title.replace("Twinstream, ", "")}`,
      "kB",
      [measured.get(own)!],
      { name: bundles[other].title, values: [measured.get(other)!] },
      goal === undefined ? undefined : { atMost: goal, of: "ours" },
    );
  const all = [...measured].map(([name, kilobytes]) => ({
    label: bundles[name].title,
    value: kilobytes,
    ours: name === "core" || name === "hook",
  }));
  return {
    figures: [
      beside("core", "durable", bundles.core.limit! / 1000),
      beside("core", "tanstack"),
      beside("hook", "convex", bundles.hook.limit! / 1000),
      beside("hook", "aiSdk"),
    ],
    tables: [
      {
        title: "Size: esbuild, minified, gzip, the framework left out",
        columns: ["", "kB"],
        rows: all.map(({ label, value }) => [label, show(value)]),
      },
    ],
    charts: [
      {
        file: "size",
        title: "What a browser has to load",
        unit: "kB, minified and gzipped, the framework left out; less is better",
        bars: all,
      },
    ],
  };
}
