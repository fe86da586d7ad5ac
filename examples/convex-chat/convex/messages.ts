import type { StreamId } from "@convex-dev/persistent-text-streaming";
import { v } from "convex/values";
import { internalQuery, mutation, query } from "./_generated/server.ts";
import { streaming } from "./streaming.ts";

export const list = query({
  args: {},
  handler: (ctx) => ctx.db.query("messages").collect(),
});

/** Stores a question and makes the stream that will hold its answer. */
export const send = mutation({
  args: { prompt: v.string() },
  handler: async (ctx, { prompt }) => {
    const answer = await streaming.createStream(ctx);
    return ctx.db.insert("messages", { prompt, answer });
  },
});

/** Deletes the conversation, and the streams of its answers. */
export const clear = mutation({
  args: {},
  handler: async (ctx) => {
    for (const { _id, answer } of await ctx.db.query("messages").collect()) {
      await ctx.db.delete(_id);
      await streaming.deleteStream(ctx, answer as StreamId);
    }
  },
});

/** The conversation up to a stream's question, as a model reads it. */
export const history = internalQuery({
  args: { upTo: v.string() },
  handler: async (ctx, { upTo }) => {
    const turns: { role: "user" | "assistant"; content: string }[] = [];
    for (const { prompt, answer } of await ctx.db.query("messages").collect()) {
      turns.push({ role: "user", content: prompt });
      if (answer === upTo) break;
      const { text } = await streaming.getStreamBody(ctx, answer as StreamId);
      if (text) turns.push({ role: "assistant", content: text });
    }
    return turns;
  },
});
