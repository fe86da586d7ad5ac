// Written anew by `npx convex dev`.
import type { ComponentApi } from "@convex-dev/persistent-text-streaming/_generated/component.js";
import {
  type ApiFromModules,
  anyApi,
  componentsGeneric,
  type FilterApi,
  type FunctionReference,
  type FunctionType,
} from "convex/server";
import type * as chat from "../chat.ts";
import type * as http from "../http.ts";
import type * as messages from "../messages.ts";
import type * as streaming from "../streaming.ts";

type Modules = ApiFromModules<{
  chat: typeof chat;
  http: typeof http;
  messages: typeof messages;
  streaming: typeof streaming;
}>;

export const api = anyApi as unknown as FilterApi<
  Modules,
  FunctionReference<FunctionType, "public">
>;
export const internal = anyApi as unknown as FilterApi<
  Modules,
  FunctionReference<FunctionType, "internal">
>;
export const components = componentsGeneric() as unknown as {
  persistentTextStreaming: ComponentApi<"persistentTextStreaming">;
};
