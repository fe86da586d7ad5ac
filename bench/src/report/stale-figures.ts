import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drawChart } from "./chart.ts";
import { withTable } from "./readme.ts";
import { readResults, resultsFolder } from "./results.ts";

/** Lists where README.md or a chart differs from the saved results. */
export function staleFigures(root: string): string[] {
  const results = readResults();
  const problems: string[] = [];
  const readme = readFileSync(join(root, "README.md"), "utf8");
  try {
    if (withTable(readme, results) !== readme) {
      problems.push("README.md shows other figures than bench/results/latest.json.");
    }
  } catch (error) {
    problems.push(
      `README.md cannot be compared with bench/results/latest.json. ${(error as Error).message}`,
    );
  }
  for (const chart of Object.values(results).flatMap(({ charts }) => charts)) {
    const file = join(resultsFolder, `${chart.file}.svg`);
    if (readFileSync(file, "utf8") !== drawChart(chart)) {
      problems.push(
        `bench/results/${chart.file}.svg shows other figures than bench/results/latest.json.`,
      );
    }
  }
  return problems.map((problem) => `${problem} Run \`npm run bench\`, which writes all of them.`);
}
