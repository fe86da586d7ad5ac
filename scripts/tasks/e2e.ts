// The example apps' stories in a real Chromium: `npm run e2e`, or `npm run e2e -- gallery` for some.
import { build } from "../lib/build.ts";
import { buildExample } from "../lib/example.ts";
import { parts } from "../lib/parts.ts";
import { close, noCounts, vitest } from "../lib/suite.ts";

const { chromium } = parts();
if (!chromium.found) {
  console.log(`SKIPPED for want of ${chromium.name}. To enable it: ${chromium.enable}`);
  close({ ...noCounts, skipped: 1 });
} else {
  await build();
  for (const name of ["gallery", "chat"]) await buildExample(name);
  close(await vitest(process.argv.slice(2), { config: "tests/e2e/e2e.config.ts" }));
}
