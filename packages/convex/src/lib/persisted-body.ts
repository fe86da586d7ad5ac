import type { FunctionReference } from "convex/server";

/**
 * A status of the [persistent text streaming component](https://www.convex.dev/components/persistent-text-streaming).
 */
export type PersistedStatus = "pending" | "streaming" | "done" | "error" | "timeout";

/** The result of the component's `getStreamBody`. */
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
