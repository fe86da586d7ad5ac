// Written anew by `npx convex dev`.
import type {
  DataModelFromSchemaDefinition,
  DocumentByName,
  TableNamesInDataModel,
} from "convex/server";
import type { GenericId } from "convex/values";
import type schema from "../schema.ts";

export type DataModel = DataModelFromSchemaDefinition<typeof schema>;
export type TableNames = TableNamesInDataModel<DataModel>;
export type Doc<Name extends TableNames> = DocumentByName<DataModel, Name>;
export type Id<Name extends TableNames> = GenericId<Name>;
