import { isTerminal } from "@twinstream/core/protocol";
import type { Store, StreamRecord } from "../options/store.ts";
import { timeout } from "../util/timeout.ts";
import type { Hub } from "./hub.ts";

/** The record once the stream is terminal, or as it is after `ms`; undefined where it is gone. */
export async function terminalWithin(
  ms: number,
  store: Store,
  hub: Hub,
  id: string,
): Promise<StreamRecord | undefined> {
  let wake = () => {};
  const unwatch = await hub.watch(id, () => wake());
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
