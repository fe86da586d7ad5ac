import type { ComponentApi } from "@convex-dev/persistent-text-streaming/_generated/component.js";
import type { FunctionReference } from "convex/server";
import { type ApiFromModules, anyApi, componentsGeneric, type FilterApi } from "convex/server";
import type * as streaming from "../streaming.ts";

type Modules = ApiFromModules<{ streaming: typeof streaming }>;

export const api = anyApi as unknown as FilterApi<
  Modules,
  FunctionReference<"query" | "mutation", "public">
>;
export const components = componentsGeneric() as unknown as {
  persistentTextStreaming: ComponentApi<"persistentTextStreaming">;
};
