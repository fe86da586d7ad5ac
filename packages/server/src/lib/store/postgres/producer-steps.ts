import type {
  ClaimResult,
  LeaseResult,
  Store,
  StoreAppend,
  StoreClaim,
} from "../../options/store.ts";
import { isSameEnd } from "../shared/record.ts";
import { batched } from "./batch.ts";
import type { PostgresRow } from "./client.ts";
import { leaseResultOf, type Rows, recordIn, tagsFor } from "./rows.ts";
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
  const claimPending = batched(async (items: { id: string; claim: StoreClaim }[]) => {
    const claimed = await rows.changeMany(
      sql.claim,
      items.map(({ id }) => id),
      items.map(({ claim }) => claim.token),
      items.map(({ claim }) => claim.leaseMs),
    );
    return items.map(async ({ id, claim }, n): Promise<ClaimResult | undefined> => {
      const row = claimed.get(n);
      if (row) return claimResultOf(row);
      const found = await rows.find(sql.status, [id]);
      if (!found) return undefined;
      // The answer to this same claim was lost: repeat it.
      if (found.status === "streaming" && found.token === claim.token) return claimResultOf(found);
      return { claimed: false, record: recordIn(found) };
    });
  }, MAX_BATCH);

  /** A stream that is not there is made as a claimed one; all others are claimed as they are. */
  async function claim(id: string, claim: StoreClaim): Promise<ClaimResult | undefined> {
    const { token, leaseMs, create } = claim;
    if (create) {
      const [made] = await rows.produce(sql.createClaimed, id, token, leaseMs, tagsFor(create));
      if (made) {
        const [gone] = await rows.produce(sql.takeBack, id, token);
        return gone ? undefined : claimResultOf(made);
      }
    }
    return claimPending({ id, claim });
  }

  const renew = batched(async (items: { id: string; token: string; leaseMs: number }[]) => {
    const renewed = await rows.findMany(
      sql.renew,
      items.map(({ id }) => id),
      items.map(({ token }) => token),
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
      items.map(({ append }) => append.token),
      items.map(({ append }) => append.offset),
      items.map(({ append }) => append.bytes),
      items.map(({ append }) => append.leaseMs),
      items.map(({ append }) => append.close?.status ?? null),
      items.map(({ append }) => append.close?.error ?? null),
      items.map(({ append }) => bytesOf(append.close?.errorMessage)),
      items.map(({ append }) => append.close?.reason ?? null),
    );
    return items.map(async ({ id, append }, n): Promise<LeaseResult> => {
      const row = written.get(n);
      return row ? leaseResultOf(row) : unwritten(id, append);
    });
  }, MAX_BATCH);

  /** The result of an append that wrote nothing: either it had been written before, or it is refused. */
  async function unwritten(
    id: string,
    { token, offset, bytes, close }: StoreAppend,
  ): Promise<LeaseResult> {
    const found = await rows.find(sql.unwritten, [id, token, offset, bytes]);
    if (!found) return { state: "gone" };
    const written =
      found.mine &&
      Number(found.length) === offset + bytes.length &&
      (found.same || bytes.length === 0);
    const ended = close ? isSameEnd(recordIn(found), close) : found.status === "streaming";
    return written && ended ? leaseResultOf(found) : { state: "lost" };
  }

  return {
    claim,
    renew: (id, token, leaseMs) => renew({ id, token, leaseMs }),
    append: (id, given) => append({ id, append: given }),
  };
}

/** A text as bytes; null if there is none. */
function bytesOf(text: string | undefined): Uint8Array | null {
  return text === undefined ? null : Buffer.from(text);
}

/** The result of a claim that holds `row`. */
function claimResultOf({ epoch, tags }: PostgresRow): ClaimResult {
  return { claimed: true, epoch, tags: tags ?? undefined };
}
