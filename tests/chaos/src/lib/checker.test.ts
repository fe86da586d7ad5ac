import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { good, historyOf } from "../../test/histories.ts";
import { check, rules } from "./checker.ts";

test("a history that keeps every promise passes", () => {
  expect(check(historyOf(good))).toEqual([]);
});

test("every group of rules is checked, and has its tests beside it", async () => {
  const folder = join(import.meta.dirname, "rules");
  const files = readdirSync(folder);
  const names: string[] = [];
  for (const file of files.filter((name) => !name.endsWith(".test.ts"))) {
    for (const [name, group] of Object.entries(await import(join(folder, file)))) {
      if (!name.endsWith("Rules")) continue;
      expect(files).toContain(file.replace(".ts", ".test.ts"));
      names.push(...Object.keys(group as object));
    }
  }
  expect(names.sort()).toEqual(Object.keys(rules).sort());
});
