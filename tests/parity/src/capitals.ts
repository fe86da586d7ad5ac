import type { StreamView } from "@twinstream/core/bindings";
import { computed } from "nanostores";

/** A view that shows the text in capitals, and adds the number of its words. */
export const capitals: StreamView<{ text: string; words: number }> = ($body) =>
  computed($body, ({ text }) => ({
    text: text.toUpperCase(),
    words: text.split(/\s+/).filter(Boolean).length,
  }));
