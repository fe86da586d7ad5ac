import { beforeEach, expect, test, vi } from "vitest";
import type { PostgresPool } from "../../../src/lib/store/postgres/client.ts";
import { createDatabase } from "../../../src/lib/store/postgres/database.ts";
import { namesWith } from "../../../src/lib/store/postgres/names.ts";
import { schemaVersion } from "../../../src/lib/store/postgres/schema.ts";

const names = namesWith("twinstream_");
const run = vi.fn<() => Promise<{ rows: unknown[] }>>();
beforeEach(() => void run.mockReset());

/** A pool whose schema is up to date. Its `select 1` is `run`. */
const pool: PostgresPool = {
  async query(text) {
    if (text === "select 1") return run();
    return { rows: [{ found: true, version: schemaVersion }] };
  },
  connect: () => Promise.reject(new Error("no connection is needed")),
};

const failure = (code: string) => Object.assign(new Error(`code ${code}`), { code });

test.each(["40001", "40P01"])("a statement that lost a race (%s) is repeated", async (code) => {
  run.mockRejectedValueOnce(failure(code)).mockRejectedValueOnce(failure(code));
  run.mockResolvedValue({ rows: [1] });
  expect(await createDatabase(pool, names).query("select 1", [])).toEqual([1]);
  expect(run).toHaveBeenCalledTimes(3);
});

test("a statement that loses ten times rejects", async () => {
  run.mockRejectedValue(failure("40001"));
  await expect(createDatabase(pool, names).query("select 1", [])).rejects.toThrow("code 40001");
  expect(run).toHaveBeenCalledTimes(10);
});

test("any other error rejects at once", async () => {
  run.mockRejectedValue(failure("42P01"));
  await expect(createDatabase(pool, names).query("select 1", [])).rejects.toThrow("code 42P01");
  expect(run).toHaveBeenCalledTimes(1);
});
