import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { report } from "../../src/lib/report/report.ts";
import { oneRun } from "../../src/lib/run/runs.ts";
import { startStoreEngine, type RunStore } from "../../src/lib/store/store-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstream-chaos-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { store: "sqlite", kind: "kills", failures: join(folder, "failures") } as const;

test("a run that cannot begin is a failure that says why", async () => {
  const engine = await startStoreEngine("sqlite");
  const openRunStore = () => Promise.reject(new Error("no room"));
  const result = await oneRun(options, 1, { ...engine, openRunStore }, folder);
  expect(result.violations).toMatchObject([
    { rule: "carried-out", message: expect.stringContaining("no room") },
  ]);
  const told = report("sqlite", "kills", 1, { passed: 0, failed: [result], totals: result.totals });
  expect(told).toContain("1 failed");
  expect(told).toContain("no room");
});

test("a run whose store fails in the middle is a failure, and leaves nothing behind that fails later", async () => {
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
  const then = asked;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked).toBe(then);
});
