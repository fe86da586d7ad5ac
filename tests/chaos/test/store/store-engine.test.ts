import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { startStoreEngine } from "../../src/lib/store/store-engine.ts";

test("SQLite goes down even if a paused server has its lock at first", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-engine-"));
  const runStore = await (await startStoreEngine("sqlite")).openRunStore(folder);
  const paused = new DatabaseSync(runStore.address.at);
  try {
    paused.exec("BEGIN IMMEDIATE");
    runStore.down("cut");
    paused.exec("ROLLBACK");
    paused.exec("PRAGMA busy_timeout = 0");
    const taken = () => {
      try {
        paused.exec("BEGIN IMMEDIATE");
        paused.exec("ROLLBACK");
        return false;
      } catch {
        return true;
      }
    };
    while (!taken()) await new Promise((resolve) => setTimeout(resolve, 5));
    runStore.up();
    expect(taken()).toBe(false);
  } finally {
    paused.close();
    await runStore.close();
    await rm(folder, { recursive: true });
  }
});
