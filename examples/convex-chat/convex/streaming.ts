import {
  PersistentTextStreaming,
  type StreamId,
  StreamIdValidator,
} from "@convex-dev/persistent-text-streaming";
import { components } from "./_generated/api.ts";
import { mutation, query } from "./_generated/server.ts";

export const streaming = new PersistentTextStreaming(components.persistentTextStreaming);

export const getStreamBody = query({
  args: { streamId: StreamIdValidator },
  handler: (ctx, { streamId }) => streaming.getStreamBody(ctx, streamId as StreamId),
});

/** Ends a generation: the component refuses what its writer writes next, wherever that runs. */
export const stop = mutation({
  args: { streamId: StreamIdValidator },
  handler: async (ctx, { streamId }) => {
    const { setStreamStatus } = components.persistentTextStreaming.lib;
    await ctx.runMutation(setStreamStatus, { streamId, status: "done" });
  },
});
