import {
  PersistentTextStreaming,
  type StreamId,
  StreamIdValidator,
} from "@convex-dev/persistent-text-streaming";
import { components } from "./_generated/api.ts";
import { query } from "./_generated/server.ts";

export const streaming = new PersistentTextStreaming(components.persistentTextStreaming);

export const getStreamBody = query({
  args: { streamId: StreamIdValidator },
  handler: (ctx, { streamId }) => streaming.getStreamBody(ctx, streamId as StreamId),
});
