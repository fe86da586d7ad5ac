import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { type SqliteStoreOptions, sqliteStore } from "../../../src/sqlite.ts";

test.each<[string, unknown, RegExp]>([
  ["nothing", undefined, /sqliteStore: `path` must be/],
  ["no path", {}, /sqliteStore: `path` must be/],
  ["an empty path", { path: "" }, /sqliteStore: `path` must be/],
  ["an unknown mode", { path: ":memory:", synchronous: "off" }, /"normal" or "full"/],
  ["a poll interval of 0", { path: ":memory:", pollMs: 0 }, /`pollMs` must be a number from 1/],
  [
    "a poll interval that is no number",
    { path: ":memory:", pollMs: "100" },
    /`pollMs` must be a number/,
  ],
])("invalid options throw an error that names them: %s", (_, options, message) => {
  expect(() => sqliteStore(options as SqliteStoreOptions)).toThrow(TypeError);
  expect(() => sqliteStore(options as SqliteStoreOptions)).toThrow(message);
});

test("the error for a file that cannot be opened names it", () => {
  expect(() => sqliteStore({ path: "/no/such/folder/streams.db" })).toThrow(
    /sqliteStore: "\/no\/such\/folder\/streams\.db" cannot be opened/,
  );
});

test("a server starts while another process holds the write lock", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "twinstream-sqlite-")), "streams.db");
  const first = sqliteStore({ path });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const second = sqliteStore({ path });
  other.exec("ROLLBACK");
  other.close();
  await first.close();
  await second.close();
  rmSync(dirname(path), { recursive: true, force: true });
});
