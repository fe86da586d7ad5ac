import type { Decoder } from "../../types.ts";
import { decoder } from "../decoder.ts";
import { events } from "../framing/events.ts";
import { cutShort, parseObject, reported, string } from "../json.ts";

/**
 * The AI SDK's UI message stream (`toUIMessageStreamResponse()`): the text of its text parts, in
 * order. Reasoning, tools, files and data parts are left out; its `error` and `abort` parts are errors.
 * For `toTextStreamResponse()` no decoder is needed.
 * @example httpDrive({ url: "/api/chat", decode: aiSdk() })
 */
export function aiSdk(): Decoder {
  return decoder((emit) => {
    let ended = false;
    return events(
      ({ data }) => {
        if (data === "[DONE]") {
          ended = true;
          return;
        }
        const part = parseObject(data);
        switch (part.type) {
          case "text-delta": {
            const delta = string(part, "delta");
            if (delta) emit(delta);
            break;
          }
          case "finish":
            ended = true;
            break;
          case "error":
            throw reported(part, string(part, "errorText"));
          case "abort":
            throw reported(part, string(part, "reason") ?? "The generation was aborted.");
        }
      },
      () => {
        if (!ended) throw cutShort("finish");
      },
    );
  });
}
