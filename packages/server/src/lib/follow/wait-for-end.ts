import { isTerminal } from "@twinstream/core/protocol";
import type { Store, StreamRecord } from "../options/store.ts";
import { timeout } from "../util/timeout.ts";

/**
 * Waits until the stream is terminal, but no longer than `ms`.
 * @returns the record at that moment; undefined if the stream is gone
 */
export async function waitForEnd(
  store: Store,
  id: string,
  ms: number,
): Promise<StreamRecord | undefined> {
  let wake = () => {};
  const unwatch = await store.watch(id, () => wake());
  const until = performance.now() + ms;
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const record = await store.status(id);
      const left = until - performance.now();
      if (!record || isTerminal(record.status) || left <= 0) return record;
      await timeout(left, changed);
    }
  } finally {
    unwatch();
  }
}
