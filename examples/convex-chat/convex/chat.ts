import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { internal } from "./_generated/api.ts";
import { httpAction } from "./_generated/server.ts";
import { answer } from "./model.ts";
import { streaming } from "./streaming.ts";

// Milliseconds between two checks of a generation whether somebody stopped it.
const CHECK_MS = 500;

/** Generates an answer: streams it to the tab that asked, and stores it for everybody else. */
export const streamChat = httpAction(async (ctx, request) => {
  const { streamId } = (await request.json()) as { streamId: StreamId };
  const response = await streaming.stream(
    ctx,
    request,
    streamId,
    async (ctx, _request, streamId, append) => {
      const turns = await ctx.runQuery(internal.messages.history, { upTo: streamId });
      let checked = Date.now();
      for await (const text of answer(turns)) {
        await append(text);
        if (Date.now() - checked < CHECK_MS) continue;
        checked = Date.now();
        if (await ctx.runQuery(internal.messages.isStopped, { streamId })) return;
      }
    },
  );
  response.headers.set("Access-Control-Allow-Origin", "*");
  return response;
});
