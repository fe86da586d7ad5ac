// Runs the Durable Streams protocol's own conformance suite against a Twinstream server on SQLite.
import { type Counts, close, vitest } from "../lib/suite.ts";

// So many of the suite's tests are about reading a text. Fewer means that some went missing.
const AT_LEAST = 162;

const counts: Counts = await vitest([], {
  config: "packages/server/test/conformance/vitest.config.ts",
});
if (counts.passed < AT_LEAST) {
  console.error(`${counts.passed} tests passed, and at least ${AT_LEAST} should.`);
  process.exitCode = 1;
}
close(counts);
