import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { httpActionGeneric, httpRouter } from "convex/server";
import { model } from "./model.ts";
import { streaming } from "./streaming.ts";

const http = httpRouter();

http.route({
  path: "/chat-stream",
  method: "POST",
  handler: httpActionGeneric(async (ctx, request) => {
    const { streamId } = (await request.json()) as { streamId: StreamId };
    return streaming.stream(ctx, request, streamId, (_ctx, _request, _id, append) =>
      model.answer(append),
    );
  }),
});

export default http;
