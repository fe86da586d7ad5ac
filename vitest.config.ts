// For `npx vitest` and an editor's test runner, which look for this name.
export { default } from "./vitest.workspace.ts";
