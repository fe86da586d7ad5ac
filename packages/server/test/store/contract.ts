import { afterAll, beforeAll, beforeEach, type TestContext } from "vitest";
import { appendCases } from "./contract/append.ts";
import { claimCases } from "./contract/claim.ts";
import { closeCases } from "./contract/close.ts";
import { createCases } from "./contract/create.ts";
import { deleteCases } from "./contract/delete.ts";
import { createFixture, type Fixture, type OpenStores } from "./contract/fixture.ts";
import { leaseCases } from "./contract/lease.ts";
import { readCases } from "./contract/read.ts";
import { stopCases } from "./contract/stop.ts";
import { sweepCases } from "./contract/sweep.ts";
import { tagCases } from "./contract/tags.ts";
import { watchCases } from "./contract/watch.ts";

/**
 * Tests what every store must do, on its real engine.
 *
 * @param open makes fresh data and opens two stores on it, as two servers do (the same store twice,
 * if no other process can share the data)
 * @param ran called with each case that was run
 */
export function storeContract(open: OpenStores, ran?: (test: TestContext["task"]) => void): void {
  let fixture: Fixture;
  beforeEach(({ task }) => ran?.(task));
  beforeAll(async () => {
    fixture = await createFixture(open);
  });
  afterAll(() => fixture?.close());

  createCases(() => fixture);
  claimCases(() => fixture);
  appendCases(() => fixture);
  leaseCases(() => fixture);
  readCases(() => fixture);
  stopCases(() => fixture);
  deleteCases(() => fixture);
  tagCases(() => fixture);
  sweepCases(open);
  watchCases(() => fixture);
  closeCases(open);
}
