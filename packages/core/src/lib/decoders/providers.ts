import type { Decoder } from "../types.ts";
import { modelStream } from "./answer.ts";
import { decoder } from "./decoder.ts";
import { aiSdkEvent } from "./events/ai-sdk.ts";
import { anthropicEvent } from "./events/anthropic.ts";
import { openaiEvent } from "./events/openai.ts";

/**
 * Reads OpenAI's streams, and those of the many servers that follow its format: chat completions
 * (the first choice's content), completions, and responses (their output text). It tells them apart
 * by itself. Reasoning, tools and other choices are left out.
 *
 * The limit of tokens ends an answer like any other end. A content filter's cut is an error with
 * the code `content_filter`. A refusal is an error with the code `refusal`: its message is the
 * model's words, which are no part of the text. An error in the stream, and a failed response, have
 * the code `generation`; a stream without its end, `network`. The text before an error is kept.
 * @returns A decoder for `httpDrive`.
 * @example httpDrive({ url: "/v1/chat/completions", decode: openai() })
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function openai(): Decoder {
  return decoder((emit) => modelStream(openaiEvent, "[DONE]", emit));
}

/**
 * Reads Anthropic's message stream: the text of its text blocks, in order. Thinking and tool input
 * are left out.
 *
 * The limit of tokens ends an answer like any other end. A refusal is an error with the code
 * `refusal`, whose message is Anthropic's explanation, if there is one. An `error` event has the
 * code `generation`; a stream without its end, `network`. The text before an error is kept.
 * @returns A decoder for `httpDrive`.
 * @example httpDrive({ url: "/api/messages", decode: anthropic() })
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function anthropic(): Decoder {
  return decoder((emit) => modelStream(anthropicEvent, "message_stop", emit));
}

/**
 * Reads the AI SDK's UI message stream (`toUIMessageStreamResponse()`): the text of its text parts,
 * in order. Reasoning, tools, files and data parts are left out. `toTextStreamResponse()` needs no
 * decoder.
 *
 * The limit of tokens ends an answer like any other end. A `finish` by a content filter is an error
 * with the code `content_filter`. `error` and `abort` parts, and a `finish` by an error or an
 * interruption, have the code `generation`; a stream without its end, `network`. The text before an
 * error is kept.
 * @returns A decoder for `httpDrive`.
 * @example httpDrive({ url: "/api/chat", decode: aiSdk() })
 * @see https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */
export function aiSdk(): Decoder {
  return decoder((emit) => modelStream(aiSdkEvent, "finish", emit));
}
