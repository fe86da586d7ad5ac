import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openArena } from "../../src/lib/store/store-engine.ts";

test("SQLite goes away also where a paused server has its lock at first", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-arena-"));
  const scene = await (await openArena("sqlite")).openScene(folder);
  const paused = new DatabaseSync(scene.target.at);
  try {
    paused.exec("BEGIN IMMEDIATE");
    scene.down("cut");
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
    scene.up();
    expect(taken()).toBe(false);
  } finally {
    paused.close();
    await scene.close();
    await rm(folder, { recursive: true });
  }
});
