import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadHistory, saveHistory } from "../../src/lib/history/history.ts";
import { good, historyOf } from "../rules/histories.ts";

test("a saved history loads as the same history", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-history-"));
  try {
    const path = join(folder, "history.jsonl");
    await saveHistory(path, historyOf(good));
    expect(await loadHistory(path)).toEqual(historyOf(good));
  } finally {
    await rm(folder, { recursive: true });
  }
});
