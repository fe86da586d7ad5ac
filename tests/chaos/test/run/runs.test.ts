import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { report } from "../../src/lib/report/report.ts";
import { oneRun } from "../../src/lib/run/runs.ts";
import { type RunStore, startStoreEngine } from "../../src/lib/store/store-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstream-chaos-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { store: "sqlite", kind: "kills", failures: join(folder, "failures") } as const;

test("a run that cannot start is a failure with the error as its message", async () => {
  const engine = await startStoreEngine("sqlite");
  const openRunStore = () => Promise.reject(new Error("no room"));
  const result = await oneRun(options, 1, { ...engine, openRunStore }, folder);
  expect(result.violations).toMatchObject([
    { rule: "carried-out", message: expect.stringContaining("no room") },
  ]);
  const text = report("sqlite", "kills", 1, { passed: 0, failed: [result], totals: result.totals });
  expect(text).toContain("1 failed");
  expect(text).toContain("no room");
});

test("a run whose store fails in the middle is a failure, and nothing of it continues", async () => {
  const engine = await startStoreEngine("sqlite");
  let asked = 0;
  const openRunStore = async (own: string): Promise<RunStore> => {
    const runStore = await engine.openRunStore(own);
    const status: RunStore["store"]["status"] = async (id) => {
      asked += 1;
      if (asked > 5) throw new Error("the store broke");
      return runStore.store.status(id);
    };
    return { ...runStore, store: { ...runStore.store, status } };
  };
  const result = await oneRun(options, 2, { ...engine, openRunStore }, folder);
  expect(result.violations).toMatchObject([
    { rule: "carried-out", message: expect.stringContaining("the store broke") },
  ]);
  const before = asked;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked).toBe(before);
});
