// Draws who imports whom, as Mermaid, into docs/internals/architecture.md. Fails if the page is out of
// date; `npm run architecture` writes it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const page = "docs/internals/architecture.md";

/** Each picture: what it shows, and what becomes one box in it. */
const pictures = {
  packages: ["^packages/[^/]+/src", "^packages/[^/]+"],
  server: ["^packages/server/src/lib", "^packages/server/src/lib/[^/]+"],
  core: ["^packages/core/src/lib", "^packages/core/src/lib/[^/]+"],
} as const;

function draw([shown, box]: readonly [string, string]): string {
  const cruiser = "scripts/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs";
  const what = ["--include-only", shown, "--collapse", box, "--output-type", "mermaid", "packages"];
  return execFileSync(process.execPath, [cruiser, ...what], { encoding: "utf8" }).trim();
}

const before = readFileSync(page, "utf8");
let after = before;
for (const [name, picture] of Object.entries(pictures)) {
  const block = new RegExp(`(<!-- picture:${name} -->)[\\s\\S]*?(<!-- /picture -->)`);
  after = after.replace(block, `$1\n\n\`\`\`mermaid\n${draw(picture)}\n\`\`\`\n\n$2`);
}
if (process.argv.includes("--write")) writeFileSync(page, after);
else if (after !== before) {
  console.error(`${page} shows an older tree: run "npm run architecture".`);
  process.exitCode = 1;
}
