import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("the README's quickstart", () => {
  const files = ["server.ts", "src/App.tsx"];

  test.each(files)("shows %s as it is in the example, which a test runs", (file) => {
    const code = read(`examples/quickstart/${file}`);
    expect(read("README.md")).toContain(
      `\`\`\`${file.split(".").at(-1)}\n// ${file}\n${code}\`\`\``,
    );
  });

  test("has fewer than 45 lines in all", () => {
    const lines = files.flatMap((file) =>
      read(`examples/quickstart/${file}`).trimEnd().split("\n"),
    );
    expect(lines.length).toBeLessThan(45);
  });
});

describe("no page of an example, and no guide, makes a stream by a request of its own", () => {
  const raw = /fetch\(\s*[`"'][^`"']*\/api\/streams/;
  const pages = globSync(
    ["examples/*/src/**/*.{ts,tsx,vue,svelte}", "{.,docs,packages/*,examples/*}/*.md"],
    { cwd: root },
  );

  test("a request by hand is found", () => {
    expect('await fetch("/api/streams", { method: "POST" })').toMatch(raw);
    expect(pages.length).toBeGreaterThan(30);
  });

  test.each(pages)("%s", (file) => {
    expect(read(file)).not.toMatch(raw);
  });
});
