// The recorded streams of models, and what each of them means.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The formats that the recordings have, by the names of their decoders. */
export type Format = "openai" | "anthropic" | "aiSdk" | "ndjson";

export interface RecordedStream {
  readonly file: string;
  readonly format: Format;
  readonly text: string;
  /** `done`, or the code of the failure. */
  readonly end: "done" | "content_filter" | "refusal" | "generation";
  /** The failure's message. */
  readonly message?: string;
  /** Why it ended so, as readers of the stored stream see it. */
  readonly reason?: "length" | "content_filter" | "refusal";
}

/** The text of the recordings that end well. */
export const TEXT = 'Grüße, 世界!\n\n- "👩‍👩‍👧"';
/** The text of the others, up to where they stop. */
const CUT = "Grüße, 世界";
const FILTERED = "A content filter cut the answer.";
const SORRY = "I'm sorry, I can't help with that.";

// biome-ignore format: a table
const TABLE: readonly (readonly [
  file: string, format: Format, text: string, end: RecordedStream["end"], message?: string,
])[] = [
  ["openai-chat.sse",             "openai",    TEXT, "done"],
  ["openai-chat-length.sse",      "openai",    CUT,  "done"],
  ["openai-chat-parts.sse",       "openai",    CUT,  "done"],
  ["openai-chat-filter.sse",      "openai",    CUT,  "content_filter", FILTERED],
  ["openai-chat-refusal.sse",     "openai",    "",   "refusal", SORRY],
  ["openai-chat-error.sse",       "openai",    CUT,  "generation", "The server had an error while processing your request."],
  ["openai-responses.sse",        "openai",    TEXT, "done"],
  ["openai-responses-length.sse", "openai",    CUT,  "done"],
  ["openai-responses-filter.sse", "openai",    CUT,  "content_filter", FILTERED],
  ["openai-responses-refusal.sse","openai",    "",   "refusal", SORRY],
  ["openai-responses-failed.sse", "openai",    CUT,  "generation", "The model failed to generate a response."],
  ["openai-responses-error.sse",  "openai",    CUT,  "generation", "Rate limit reached."],
  ["anthropic.sse",               "anthropic", TEXT, "done"],
  ["anthropic-length.sse",        "anthropic", CUT,  "done"],
  ["anthropic-refusal.sse",       "anthropic", CUT,  "refusal", "This request could enable cyber harm."],
  ["anthropic-error.sse",         "anthropic", CUT,  "generation", "Overloaded"],
  // The AI SDK wrote these itself, from a mock model.
  ["ai-sdk.sse",                  "aiSdk",     TEXT, "done"],
  ["ai-sdk-length.sse",           "aiSdk",     CUT,  "done"],
  ["ai-sdk-filter.sse",           "aiSdk",     CUT,  "content_filter", FILTERED],
  ["ai-sdk-error.sse",            "aiSdk",     CUT,  "generation", "Overloaded"],
  ["ai-sdk-finish-error.sse",     "aiSdk",     CUT,  "generation", "The model failed, and gave no message."],
  ["ai-sdk-abort.sse",            "aiSdk",     CUT,  "generation", "The user left."],
  ["ollama.ndjson",               "ndjson",    TEXT, "done"],
  ["ollama-length.ndjson",        "ndjson",    CUT,  "done"],
  ["ollama-error.ndjson",         "ndjson",    CUT,  "generation", "an error was encountered while running the model: unexpected EOF"],
];

export const recordedStreams: readonly RecordedStream[] = TABLE.map(
  ([file, format, text, end, message]) => ({
    file,
    format,
    text,
    end,
    message,
    reason: reasonOf(file, end),
  }),
);

function reasonOf(file: string, end: RecordedStream["end"]): RecordedStream["reason"] {
  if (file.includes("-length.")) return "length";
  return end === "content_filter" || end === "refusal" ? end : undefined;
}

/** A stream as a provider's own software sent it. */
export const recorded = (file: string): string =>
  readFileSync(join(import.meta.dirname, file), "utf8");
