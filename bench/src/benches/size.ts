import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { compare, type Result, show } from "../report/figures.ts";

/** The bundles of `bench/.size-limit.js`. */
const titles = {
  core: "Twinstream, createStreamClient",
  react: "Twinstream, useStream and client (React)",
  durable: "Durable Streams, stream()",
  convex: "Convex, useStream with its client (React)",
  tanstack: "TanStack AI, ChatClient",
  aiSdk: "AI SDK, useChat (React)",
};

type Name = keyof typeof titles;

interface Measured {
  readonly name: Name;
  readonly size: number;
  readonly sizeLimit?: number;
}

function measure(): Map<Name, Measured> {
  const scripts = join(import.meta.dirname, "../../../scripts");
  const config = join(import.meta.dirname, "../../.size-limit.js");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/size-limit/bin.js", "--json", "--config", config],
    { cwd: scripts, encoding: "utf8" },
  );
  const sizes: Measured[] | { error: string } = JSON.parse(
    stdout || JSON.stringify({ error: stderr }),
  );
  if (!Array.isArray(sizes)) throw new Error(`size-limit failed: ${sizes.error}`);
  return new Map(sizes.map((one) => [one.name, one]));
}

/** What a browser has to load: minified and gzipped as `npm run size` does it, the framework left out. */
export async function size(): Promise<Result> {
  const measured = measure();
  const kilobytes = (name: Name) => measured.get(name)!.size / 1000;
  const beside = (own: "core" | "react", other: Name, limit?: number) =>
    compare(
      `Bundle, ${titles[own].replace("Twinstream, ", "")}`,
      "kB",
      [kilobytes(own)],
      { name: titles[other], values: [kilobytes(other)] },
      limit === undefined ? undefined : { atMost: limit / 1000, of: "ours" },
    );
  const all = (Object.keys(titles) as Name[]).map((name) => ({
    label: titles[name],
    value: kilobytes(name),
    ours: name === "core" || name === "react",
  }));
  return {
    figures: [
      beside("core", "durable", measured.get("core")!.sizeLimit),
      beside("core", "tanstack"),
      beside("react", "convex", measured.get("react")!.sizeLimit),
      beside("react", "aiSdk"),
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
