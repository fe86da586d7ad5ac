import { loadHistory } from "../history/history.ts";
import { check } from "../rules/checker.ts";
import type { RunsOptions, RunsResult } from "../run/runs.ts";

const SHOWN = 5;

/** Describes the result of many runs for a person to read. */
export function report(
  store: string,
  kind: RunsOptions["kind"],
  seed: number,
  { passed, failed, totals }: RunsResult,
): string {
  const count = passed + failed.length;
  const lines = [
    `\n${store}, ${kind}: ${count} runs (seeds ${seed} to ${seed + count - 1}), ${failed.length} failed`,
    `  ${totals.streams} streams, ${totals.readers} readers, ${totals.requests} requests, ${totals.faults} of them with a fault`,
    `  ${totals.killed} answers whose server was killed with -9 in the middle`,
    `  bytes confirmed ${totals.confirmed}, of these lost ${totals.lost}; stuck past the lease ${totals.stuck}; halves of characters ${totals.halves}`,
  ];
  for (const { seed: failing, violations, file } of failed) {
    lines.push(
      `  FAILED: seed ${failing}. ${file ? `Its history: ${file}` : "It has no history."}`,
      `    run it again: npm run chaos -- --${kind === "kills" ? "kills" : "runs"} 1 --store ${store} --seed ${failing}`,
      ...violations.slice(0, SHOWN).map((v) => `    ${v.rule} (${v.about}): ${v.message}`),
    );
    if (violations.length > SHOWN) lines.push(`    and ${violations.length - SHOWN} more`);
  }
  return lines.join("\n");
}

/** Checks a saved history again and prints the broken rules. */
export async function verdict(
  file: string,
): Promise<{ passed: number; failed: number; skipped: number }> {
  const violations = check(await loadHistory(file));
  for (const { rule, about, message, t } of violations) {
    console.log(`${rule} (${about})${t === undefined ? "" : ` at ${t.toFixed(1)}`}: ${message}`);
  }
  const failed = violations.length > 0;
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 };
}
