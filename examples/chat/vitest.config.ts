import { packageTests } from "../../vitest.base.ts";

export default packageTests("chat", {
  test: { include: ["server/**/*.test.ts", "src/**/*.test.ts"] },
});
