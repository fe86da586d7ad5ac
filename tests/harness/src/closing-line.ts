import type { Reporter } from "vitest/node";
import { closingLine } from "./counts.ts";

/** A vitest reporter that ends a run with its closing line. A run without a test fails. */
export default class ClosingLine implements Reporter {
  readonly #atLeast: number;

  /** @param options.atLeast a run in which fewer tests pass fails (default 1) */
  constructor(options: { atLeast?: number } = {}) {
    this.#atLeast = options.atLeast ?? 1;
  }

  onTestRunEnd: NonNullable<Reporter["onTestRunEnd"]> = (modules, errors) => {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((other) => other === state).length;
    const passed = count("passed");
    // A file that does not load has no test that fails. An unhandled error belongs to no test.
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    if (passed < this.#atLeast) {
      console.error(`${passed} tests passed, and at least ${this.#atLeast} must.`);
      process.exitCode = 1;
    }
    const skipped = count("skipped") + count("pending");
    console.log(`\n${closingLine({ passed, failed: count("failed") + broken, skipped })}`);
  };
}
