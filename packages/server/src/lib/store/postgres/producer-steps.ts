import type { ClaimResult, LeaseResult, Store, StoreAppend } from "../../options/store.ts";
import { batched } from "./batch.ts";
import { leaseResultOf, type Rows, recordOf } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** The most streams that one statement changes. */
const MAX_BATCH = 500;

/**
 * Makes the steps that a producer takes over and over. Those of many streams that come at about the
 * same time share one statement; a step that the statement did not change looks for the reason by
 * itself.
 */
export function producerSteps(
  rows: Rows,
  sql: Statements,
): Pick<Store, "claim" | "append" | "renew"> {
  const claim = batched(async (items: { id: string; leaseMs: number }[]) => {
    const claimed = await rows.changeMany(
      sql.claim,
      items.map(({ id }) => id),
      items.map(({ leaseMs }) => leaseMs),
    );
    return items.map(async ({ id }, n): Promise<ClaimResult | undefined> => {
      const row = claimed.get(n);
      if (row) return { claimed: true, epoch: Number(row.key) };
      const found = await rows.find(sql.status, [id]);
      return found && { claimed: false, record: recordOf(found) };
    });
  }, MAX_BATCH);

  const renew = batched(async (items: { id: string; epoch: number; leaseMs: number }[]) => {
    const renewed = await rows.findMany(
      sql.renew,
      items.map(({ id }) => id),
      items.map(({ epoch }) => epoch),
      items.map(({ leaseMs }) => leaseMs),
    );
    return items.map(async ({ id }, n): Promise<LeaseResult> => {
      const row = renewed.get(n);
      if (row) return leaseResultOf(row);
      return { state: (await rows.find(sql.status, [id])) ? "lost" : "gone" };
    });
  }, MAX_BATCH);

  const append = batched(async (items: { id: string; append: StoreAppend }[]) => {
    const written = await rows.changeMany(
      sql.append,
      items.map(({ id }) => id),
      items.map(({ append }) => append.epoch),
      items.map(({ append }) => append.offset),
      items.map(({ append }) => append.bytes),
      items.map(({ append }) => append.leaseMs),
      items.map(({ append }) => append.close?.status ?? null),
      items.map(({ append }) => append.close?.error ?? null),
    );
    return items.map(async ({ id, append }, n): Promise<LeaseResult> => {
      const row = written.get(n);
      return row ? leaseResultOf(row) : unwritten(id, append);
    });
  }, MAX_BATCH);

  /** The result of an append that wrote nothing: either it had been written before, or it is refused. */
  async function unwritten(
    id: string,
    { epoch, offset, bytes, close }: StoreAppend,
  ): Promise<LeaseResult> {
    const found = await rows.find(sql.unwritten, [id, epoch, offset, bytes]);
    if (!found) return { state: "gone" };
    const written =
      found.mine &&
      Number(found.length) === offset + bytes.length &&
      (found.same || bytes.length === 0);
    const { status, error } = recordOf(found);
    const ended = close ? close.status === status && close.error === error : status === "streaming";
    return written && ended ? leaseResultOf(found) : { state: "lost" };
  }

  return {
    claim: (id, leaseMs) => claim({ id, leaseMs }),
    renew: (id, epoch, leaseMs) => renew({ id, epoch, leaseMs }),
    append: (id, given) => append({ id, append: given }),
  };
}
