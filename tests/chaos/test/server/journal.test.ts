import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@twinstream/server";
import { expect, test } from "vitest";
import { Journal, readJournal } from "../../src/lib/server/journal.ts";

test("a journal has every call, its outcome, and no outcome for a call without an answer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-journal-"));
  const path = join(folder, "a.jsonl");
  const file = openSync(path, "a");
  try {
    const journal = new Journal(file, "a");
    const store = journal.wrap({
      ...Object.fromEntries(
        ["create", "read", "status", "stop", "delete", "isDeleted", "sweep", "watch", "close"].map(
          (name) => [name, () => {}],
        ),
      ),
      claim: async () => ({ claimed: true, epoch: 1 }),
      renew: async () => {
        throw new Error("the store is away");
      },
      append: (_id: string, { offset }: { offset: number }) =>
        offset === 0
          ? Promise.resolve({ state: "ok", stopRequested: false })
          : new Promise(() => {}),
    } as unknown as Store);
    await store.claim("s", { token: "a", leaseMs: 1_000 });
    journal.generated("s");
    const bytes = new Uint8Array(3);
    await store.append("s", {
      token: "a",
      offset: 0,
      bytes,
      leaseMs: 1,
      close: { status: "done" },
    });
    void store.append("s", { token: "a", offset: 3, bytes, leaseMs: 1 });
    await expect(store.renew("s", "a", 1_000)).rejects.toThrow("away");

    const t = expect.any(Number);
    const of = (kind: string, more: object) => ({ kind, t, server: "a", stream: "s", ...more });
    expect(await readJournal(path)).toEqual([
      of("claim", { ended: t, outcome: "ok" }),
      of("generated", {}),
      of("append", { offset: 0, bytes: 3, close: "done", ended: t, outcome: "ok" }),
      of("append", { offset: 3, bytes: 3 }),
      of("renew", { ended: t, outcome: "failed" }),
    ]);
  } finally {
    closeSync(file);
    await rm(folder, { recursive: true });
  }
});
