import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { internal } from "./_generated/api.ts";
import { httpAction } from "./_generated/server.ts";
import { answer } from "./model.ts";
import { streaming } from "./streaming.ts";

/** Generates an answer: streams it to whoever asked, and persists it for everybody else. */
export const streamChat = httpAction(async (ctx, request) => {
  const { streamId } = (await request.json()) as { streamId: StreamId };
  const response = await streaming.stream(
    ctx,
    request,
    streamId,
    async (ctx, _request, id, append) => {
      const turns = await ctx.runQuery(internal.messages.history, { upTo: id });
      for await (const text of answer(turns)) await append(text);
    },
  );
  response.headers.set("Access-Control-Allow-Origin", "*");
  return response;
});
