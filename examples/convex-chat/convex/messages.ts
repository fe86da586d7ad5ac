import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { v } from "convex/values";
import { internal } from "./_generated/api.ts";
import {
  internalMutation,
  internalQuery,
  mutation,
  type QueryCtx,
  query,
} from "./_generated/server.ts";
import { streaming } from "./streaming.ts";

// By then, a generation that wrote to a cleared stream has seen that it was stopped.
const DELETE_AFTER_MS = 60_000;

const conversation = (ctx: QueryCtx, cleared?: true) =>
  ctx.db
    .query("messages")
    .withIndex("by_cleared", (q) => q.eq("cleared", cleared))
    .collect();

const byAnswer = (ctx: QueryCtx, streamId: string) =>
  ctx.db
    .query("messages")
    .withIndex("by_answer", (q) => q.eq("answer", streamId))
    .unique();

export const list = query({ args: {}, handler: (ctx) => conversation(ctx) });

/** Stores a question, and creates the stream for its answer. */
export const send = mutation({
  args: { prompt: v.string() },
  handler: async (ctx, { prompt }) => {
    const answer = await streaming.createStream(ctx);
    return ctx.db.insert("messages", { prompt, answer });
  },
});

/** Asks the generation of an answer to end it. */
export const stop = mutation({
  args: { streamId: v.string() },
  handler: async (ctx, { streamId }) => {
    const message = await byAnswer(ctx, streamId);
    if (message) await ctx.db.patch(message._id, { stopped: true });
  },
});

/** Whether the answer should end. */
export const isStopped = internalQuery({
  args: { streamId: v.string() },
  handler: async (ctx, { streamId }) => (await byAnswer(ctx, streamId))?.stopped ?? false,
});

/** Empties the conversation. */
export const clear = mutation({
  args: {},
  handler: async (ctx) => {
    for (const { _id } of await conversation(ctx)) {
      await ctx.db.patch(_id, { stopped: true, cleared: true });
    }
    await ctx.scheduler.runAfter(DELETE_AFTER_MS, internal.messages.deleteCleared);
  },
});

export const deleteCleared = internalMutation({
  args: {},
  handler: async (ctx) => {
    for (const { _id, answer } of await conversation(ctx, true)) {
      await ctx.db.delete(_id);
      await streaming.deleteStream(ctx, answer as StreamId);
    }
  },
});

/** The conversation up to a stream's question, for the model. */
export const history = internalQuery({
  args: { upTo: v.string() },
  handler: async (ctx, { upTo }) => {
    const turns: { role: "user" | "assistant"; content: string }[] = [];
    for (const { prompt, answer } of await conversation(ctx)) {
      turns.push({ role: "user", content: prompt });
      if (answer === upTo) break;
      const { text } = await streaming.getStreamBody(ctx, answer as StreamId);
      if (text) turns.push({ role: "assistant", content: text });
    }
    return turns;
  },
});
