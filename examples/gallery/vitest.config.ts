import { packageTests } from "../../vitest.base.ts";

export default packageTests("examples-gallery", {
  test: { include: ["server/**/*.test.ts"] },
});
