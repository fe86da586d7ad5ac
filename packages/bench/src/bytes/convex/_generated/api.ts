// What Convex generates of an app, as far as it is used.
import type { ComponentApi } from "@convex-dev/persistent-text-streaming/_generated/component.js";
import { componentsGeneric } from "convex/server";

export const components = componentsGeneric() as unknown as {
  persistentTextStreaming: ComponentApi<"persistentTextStreaming">;
};
