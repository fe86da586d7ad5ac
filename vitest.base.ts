import { join } from "node:path";
import type { ViteUserConfig } from "vitest/config";

const packages = join(import.meta.dirname, "packages");

/**
 * What the packages' unit tests share: `@twinstream/*` resolves to sources, so that a test never
 * runs against a stale build.
 */
export const sourceAlias = [
  { find: /^@twinstream\/(?!harness)([\w-]+)$/, replacement: `${packages}/$1/src/index.ts` },
  {
    find: /^@twinstream\/(?!harness)([\w-]+)\/([\w-]+)$/,
    replacement: `${packages}/$1/src/$2.ts`,
  },
];

/** The vitest configuration of one package: `export default packageTests("core")`. */
export function packageTests(name: string, more: ViteUserConfig = {}): ViteUserConfig {
  return {
    ...more,
    resolve: { ...more.resolve, alias: sourceAlias },
    test: {
      name,
      include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
      testTimeout: 20_000,
      hookTimeout: 60_000,
      ...more.test,
    },
  };
}
