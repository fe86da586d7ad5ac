import { hugeAnswer } from "./huge-answer.ts";
import { idleFollowers } from "./idle-followers.ts";
import { slowClients } from "./slow-clients.ts";
import { tinyStreams } from "./tiny-streams.ts";

/**
 * Puts a real server under load. `scale` is the part of the full size, up to 1. Resolves with the
 * figures; rejects if a bound does not hold.
 */
export type Limit = (scale: number) => Promise<string>;

const all: Readonly<Record<string, Limit>> = {
  "slow clients": slowClients,
  "idle followers": idleFollowers,
  "a huge answer": hugeAnswer,
  "tiny streams": tinyStreams,
};

/** Runs all limits: memory must stay bounded, and other users must be served meanwhile. */
export async function limits(
  scale = 1,
): Promise<{ passed: number; failed: number; skipped: number }> {
  let passed = 0;
  console.log(`\nlimits${scale < 1 ? `, at ${scale * 100} % of their size` : ""}:`);
  for (const [name, limit] of Object.entries(all)) {
    try {
      console.log(`  ${name}: ${await limit(scale)}`);
      passed += 1;
    } catch (error) {
      console.log(`  FAILED: ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { passed, failed: Object.keys(all).length - passed, skipped: 0 };
}
