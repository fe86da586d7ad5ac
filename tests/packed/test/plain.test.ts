import { expect, inject, test } from "vitest";
import { packages, packedFiles, typePlain } from "../src/project.ts";

test("core, server and convex have types in a fresh project", async () => {
  await typePlain(inject("folder"));
});

test.each(packages)("%s brings its README, its changelog and the licence", async (name) => {
  const files = await packedFiles(name);
  expect(files).toEqual(expect.arrayContaining(["README.md", "CHANGELOG.md", "LICENSE"]));
});
