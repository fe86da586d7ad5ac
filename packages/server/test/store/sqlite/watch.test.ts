import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test, vi } from "vitest";
import { migrate } from "../../../src/lib/store/sqlite/schema.ts";
import { createSqliteWatch } from "../../../src/lib/store/sqlite/watch.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("a poll that the database refuses does not end the process, and the next one sees the change", async () => {
  vi.useFakeTimers();
  const folder = mkdtempSync(join(tmpdir(), "twinstream-watch-"));
  const path = join(folder, "streams.db");
  // Without WAL a writer locks readers out, as the recovery of a WAL does after a crash.
  const db = new DatabaseSync(path);
  migrate(db);
  db.exec("INSERT INTO twinstream_streams (id, status, until) VALUES ('id', 'streaming', 0)");
  const watch = createSqliteWatch(db, 100);
  const changes: string[] = [];
  await watch.watch("id", (change) => changes.push(change));

  const other = new DatabaseSync(path);
  other.exec("BEGIN EXCLUSIVE; UPDATE twinstream_streams SET stop_requested = 1");
  vi.advanceTimersByTime(300);
  expect(changes).toEqual([]);
  other.exec("COMMIT");
  vi.advanceTimersByTime(100);
  expect(changes).toEqual(["control"]);

  watch.close();
  other.close();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});
