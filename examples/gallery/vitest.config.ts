import { packageTests } from "../../vitest.base.ts";

export default packageTests("gallery", {
  test: { include: ["server/**/*.test.ts"] },
});
