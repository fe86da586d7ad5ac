// Written anew by `npx convex dev`.
import {
  type GenericQueryCtx,
  type HttpActionBuilder,
  httpActionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  type MutationBuilder,
  mutationGeneric,
  type QueryBuilder,
  queryGeneric,
} from "convex/server";
import type { DataModel } from "./dataModel.ts";

export type QueryCtx = GenericQueryCtx<DataModel>;

export const query: QueryBuilder<DataModel, "public"> = queryGeneric;
export const internalQuery: QueryBuilder<DataModel, "internal"> = internalQueryGeneric;
export const mutation: MutationBuilder<DataModel, "public"> = mutationGeneric;
export const internalMutation: MutationBuilder<DataModel, "internal"> = internalMutationGeneric;
export const httpAction: HttpActionBuilder = httpActionGeneric;
