import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** Returns the violations that axe-core finds on a page and in its frames, one line each. */
export async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} (${node.target.join(" ")}) ${node.failureSummary}`),
  );
}
