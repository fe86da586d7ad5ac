import { inject, test } from "vitest";
import { typePlain } from "../src/project.ts";

test("core, server and convex have types in a fresh project", async () => {
  await typePlain(inject("folder"));
});
