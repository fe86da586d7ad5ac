import { chromiumPath } from "@twinstream/harness/chromium";
import type { Result } from "../report/figures.ts";

/** The result of a benchmark that needs a browser, if none is installed. Otherwise undefined. */
export function noChromium(bench: string): Result | undefined {
  try {
    chromiumPath();
    return undefined;
  } catch (error) {
    return { figures: [], tables: [], skipped: [`${bench}: ${(error as Error).message}`] };
  }
}
