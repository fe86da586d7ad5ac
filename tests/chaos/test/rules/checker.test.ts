import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, rules } from "../../src/lib/rules/checker.ts";
import { good, historyOf } from "./histories.ts";

test("a history that keeps every promise passes", () => {
  expect(check(historyOf(good))).toEqual([]);
});

test("the checker runs every group of rules, and each group has a test file", async () => {
  const folder = join(import.meta.dirname, "../../src/lib/rules");
  const tests = readdirSync(import.meta.dirname);
  const names: string[] = [];
  for (const file of readdirSync(folder)) {
    for (const [name, group] of Object.entries(await import(join(folder, file)))) {
      if (!name.endsWith("Rules")) continue;
      expect(tests).toContain(file.replace(".ts", ".test.ts"));
      names.push(...Object.keys(group as object));
    }
  }
  expect(names.sort()).toEqual(Object.keys(rules).sort());
});
