import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";
import { createWriteQueue } from "../../../src/lib/store/sqlite/write-queue.ts";

/** A queue on a file with one table, and another connection to the same file. */
function startFixture() {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-queue-"));
  const path = join(folder, "numbers.db");
  const db = new DatabaseSync(path, { timeout: 0 });
  db.exec("PRAGMA journal_mode = WAL; CREATE TABLE numbers (n INTEGER NOT NULL UNIQUE)");
  const other = new DatabaseSync(path);
  const listener = { committed: vi.fn(), rolledBack: vi.fn() };
  const queue = createWriteQueue(db, listener);
  onTestFinished(() => {
    other.close();
    if (db.isOpen) db.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const insert = db.prepare("INSERT INTO numbers VALUES (?) RETURNING n");
  const write = (n: number) => queue.write(() => insert.get(n)?.n);
  const stored = () =>
    other
      .prepare("SELECT n FROM numbers ORDER BY n")
      .all()
      .map(({ n }) => n);
  return { db, other, queue, listener, write, stored };
}

test("steps of one turn share a transaction, and each has its own result", async () => {
  const { listener, write, stored } = startFixture();
  const results = await Promise.allSettled([write(1), write(2), write(1), write(3)]);
  expect(
    results.map((result) => (result.status === "fulfilled" ? result.value : "failed")),
  ).toEqual([1, 2, "failed", 3]);
  expect(stored()).toEqual([1, 2, 3]);
  expect(listener.committed).toHaveBeenCalledTimes(1);
  expect(listener.rolledBack).not.toHaveBeenCalled();
});

test("steps wait while another connection holds the database, and later ones join them", async () => {
  const { other, listener, write, stored } = startFixture();
  other.exec("BEGIN IMMEDIATE");
  const settled = vi.fn();
  const early = write(1).finally(settled);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const late = write(2);
  expect(settled).not.toHaveBeenCalled();
  other.exec("COMMIT");
  expect(await Promise.all([early, late])).toEqual([1, 2]);
  expect(stored()).toEqual([1, 2]);
  expect(listener.committed).toHaveBeenCalledTimes(1);
  expect(await write(3)).toBe(3);
});

test("a transaction that cannot commit is rolled back, and rejects all its steps", async () => {
  const { db, queue, listener, write, stored } = startFixture();
  db.exec(`CREATE TABLE halves (
    n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED
  )`);
  const written = write(1);
  const dangling = queue.write(() => db.exec("INSERT INTO halves VALUES (2)"));
  const results = await Promise.allSettled([written, dangling]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(stored()).toEqual([]);
  expect(listener.rolledBack).toHaveBeenCalledTimes(1);
  expect(listener.committed).not.toHaveBeenCalled();
  expect(await write(3)).toBe(3);
});

test("flush commits at once, and rejects the steps if the database is busy", async () => {
  const { other, queue, write, stored } = startFixture();
  const written = write(1);
  queue.flush();
  expect(stored()).toEqual([1]);
  expect(await written).toBe(1);
  other.exec("BEGIN IMMEDIATE");
  const refused = expect(write(2)).rejects.toThrow(/locked/);
  queue.flush();
  await refused;
  other.exec("COMMIT");
  expect(await write(3)).toBe(3);
  expect(stored()).toEqual([1, 3]);
});
