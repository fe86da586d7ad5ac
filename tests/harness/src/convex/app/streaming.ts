import {
  PersistentTextStreaming,
  type StreamId,
  StreamIdValidator,
} from "@convex-dev/persistent-text-streaming";
import { mutationGeneric, queryGeneric } from "convex/server";
import { components } from "./_generated/api.ts";

export const streaming = new PersistentTextStreaming(components.persistentTextStreaming);

export const create = mutationGeneric({
  args: {},
  handler: (ctx): Promise<StreamId> => streaming.createStream(ctx),
});

export const getStreamBody = queryGeneric({
  args: { streamId: StreamIdValidator },
  handler: (ctx, args) => streaming.getStreamBody(ctx, args.streamId as StreamId),
});

/** Sets the status of a stream whose generator throws. */
export const fail = mutationGeneric({
  args: { streamId: StreamIdValidator },
  handler: async (ctx, { streamId }): Promise<null> => {
    const { setStreamStatus } = components.persistentTextStreaming.lib;
    await ctx.runMutation(setStreamStatus, { streamId, status: "error" });
    return null;
  },
});

export const remove = mutationGeneric({
  args: { streamId: StreamIdValidator },
  handler: async (ctx, args): Promise<null> => {
    await streaming.deleteStream(ctx, args.streamId as StreamId);
    return null;
  },
});
