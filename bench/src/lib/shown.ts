import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withTable } from "./readme.ts";
import { readResults, resultsFolder } from "./results.ts";
import { drawChart } from "./svg.ts";

/** Where README.md or a chart shows something else than the results that are kept; nothing where all is well. */
export function shownProblems(root: string): string[] {
  const results = readResults();
  const problems: string[] = [];
  const readme = readFileSync(join(root, "README.md"), "utf8");
  try {
    if (withTable(readme, results) !== readme) {
      problems.push("README.md shows other figures than bench/results/latest.json");
    }
  } catch (error) {
    problems.push(`README.md shows a figure that was not kept: ${(error as Error).message}`);
  }
  for (const chart of Object.values(results).flatMap(({ charts }) => charts)) {
    const file = join(resultsFolder, `${chart.file}.svg`);
    if (readFileSync(file, "utf8") !== drawChart(chart)) {
      problems.push(`bench/results/${chart.file}.svg shows other figures than latest.json`);
    }
  }
  return problems.map((problem) => `${problem}: \`npm run bench\` writes all of them`);
}
