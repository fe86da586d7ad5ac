import type { Decoder } from "../../types.ts";
import { decoder } from "../decoder.ts";
import { events } from "../framing/events.ts";
import { cutShort, isObject, parseObject, reported, string } from "../json.ts";

/**
 * Anthropic's messages stream: the text of its text blocks, in order. Thinking and tool input are
 * left out; an `error` event and a refusal that cut the answer are errors.
 * @example httpDrive({ url: "/api/messages", decode: anthropic() })
 */
export function anthropic(): Decoder {
  return decoder((emit) => {
    let ended = false;
    const emitText = (block: unknown) => {
      const text = string(block, "text");
      if (text) emit(text);
    };
    return events(
      ({ data }) => {
        const event = parseObject(data);
        switch (event.type) {
          case "content_block_start":
            if (string(event.content_block, "type") === "text") emitText(event.content_block);
            break;
          case "content_block_delta":
            if (string(event.delta, "type") === "text_delta") emitText(event.delta);
            break;
          case "message_delta":
            if (string(event.delta, "stop_reason") === "refusal") {
              throw reported(event, "The model refused to go on.");
            }
            break;
          case "message_stop":
            ended = true;
            break;
          case "error":
            throw reported(
              event,
              isObject(event.error) ? string(event.error, "message") : undefined,
            );
        }
      },
      () => {
        if (!ended) throw cutShort("message_stop");
      },
    );
  });
}
