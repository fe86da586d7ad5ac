import type { FunctionReference } from "convex/server";

/** The statuses of the component's streams. */
export type PersistedStatus = "pending" | "streaming" | "done" | "error" | "timeout";

/** What the component's `getStreamBody` returns. */
export interface PersistedBody {
  text: string;
  status: PersistedStatus;
}

/** An app's public query that returns a stream's body by its id. */
export type GetStreamBody = FunctionReference<
  "query",
  "public",
  { streamId: string },
  PersistedBody
>;
