import type { TestProject } from "vitest/node";
import { renderOnServer } from "../../src/server-rendering.ts";

export default (project: TestProject) => renderOnServer(project, `${import.meta.dirname}/..`);
