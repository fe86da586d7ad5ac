import { StreamIdValidator } from "@convex-dev/persistent-text-streaming";
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  messages: defineTable({
    prompt: v.string(),
    /** The stream of the answer. */
    answer: StreamIdValidator,
    /** Whether somebody asked to stop the answer. */
    stopped: v.optional(v.boolean()),
    /** Whether it was removed from the conversation. It is deleted a little later. */
    cleared: v.optional(v.boolean()),
  })
    .index("by_answer", ["answer"])
    .index("by_cleared", ["cleared"]),
});
