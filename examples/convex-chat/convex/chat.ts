import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { internal } from "./_generated/api.ts";
import { httpAction } from "./_generated/server.ts";
import { answer } from "./model.ts";
import { streaming } from "./streaming.ts";

// How often a generation looks whether somebody stopped it.
const LOOK_EVERY_MS = 500;

/** Generates an answer: streams it to whoever asked, and persists it for everybody else. */
export const streamChat = httpAction(async (ctx, request) => {
  const { streamId } = (await request.json()) as { streamId: StreamId };
  const response = await streaming.stream(
    ctx,
    request,
    streamId,
    async (ctx, _request, streamId, append) => {
      const turns = await ctx.runQuery(internal.messages.history, { upTo: streamId });
      let looked = Date.now();
      for await (const text of answer(turns)) {
        await append(text);
        if (Date.now() - looked < LOOK_EVERY_MS) continue;
        looked = Date.now();
        if (await ctx.runQuery(internal.messages.isStopped, { streamId })) return;
      }
    },
  );
  response.headers.set("Access-Control-Allow-Origin", "*");
  return response;
});
