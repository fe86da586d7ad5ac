// Everything that can be said of the sources without running them.
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shownProblems } from "../../bench/src/lib/shown.ts";
import { boundaryProblems } from "../lib/boundaries.ts";
import { build } from "../lib/build.ts";
import { packAll, publintProblems, typesProblems } from "../lib/packed.ts";
import { bin, root, runNode } from "../lib/process.ts";
import { close } from "../lib/suite.ts";

let passed = 0;
let failed = 0;

function tell(name: string, problems: string): void {
  if (problems) {
    failed += 1;
    console.log(`FAIL ${name}\n${problems.trimEnd()}`);
  } else {
    passed += 1;
    console.log(`ok   ${name}`);
  }
}

await build();

const biome = await runNode(
  bin("@biomejs/biome", "bin/biome"),
  ["ci", "--error-on-warnings", "--colors=off", "."],
  { show: false },
);
tell("lint and format", biome.code === 0 ? "" : biome.output);

const projects = [
  "tsconfig.json",
  "bench/tsconfig.json",
  "tests/parity/lowest/tsconfig.json",
  ...["packages", "examples", "tests"].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}/tsconfig.json`)
      : [],
  ),
].filter((file) => existsSync(join(root, file)));
for (const project of projects) {
  const { code, output } = await runNode(bin("typescript", "bin/tsc"), ["-p", project], {
    show: false,
  });
  tell(`types, ${project}`, code === 0 ? "" : output || "tsc failed");
}

tell("the benchmarks' figures, as they are shown", shownProblems(root).join("\n"));

tell("boundaries", boundaryProblems(root).join("\n"));

const folder = await mkdtemp(join(tmpdir(), "twinstream-check-"));
try {
  for (const tarball of await packAll(folder)) {
    tell(`publint, ${tarball.name}`, (await publintProblems(tarball)).join("\n"));
    tell(`are the types wrong, ${tarball.name}`, (await typesProblems(tarball)).join("\n"));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

close({ passed, failed, skipped: 0 });
