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

export const body = queryGeneric({
  args: { streamId: StreamIdValidator },
  handler: (ctx, args) => streaming.getStreamBody(ctx, args.streamId as StreamId),
});
