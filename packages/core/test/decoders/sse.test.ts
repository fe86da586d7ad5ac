import { expect, test } from "vitest";
import { sse } from "../../src/lib/decoders/framing/sse.ts";
import { decoderContract } from "./decoder-contract.ts";
import { all, codeOf, expectTextThenError } from "./recorded-answers.ts";

const raw = `data: Grüße\n\ndata:, 世界!\ndata:\ndata:- "👩‍👩‍👧"\n\ndata: [DONE]\n\n`;

decoderContract("sse", sse, raw);

test("an error event is a StreamError after the text before it", () => {
  expectTextThenError(sse(), "data: Hal\n\nevent: error\ndata: overloaded\n\n");
});

test("takes its own select, its own end mark, and can require it", () => {
  const own = () =>
    sse({ select: ({ data }) => JSON.parse(data).token, done: "bye", required: true });
  expect(all(own(), 'data: {"token":" a"}\n\ndata: bye\n\n')).toEqual({ text: " a" });
  const cut = all(own(), 'data: {"token":" a"}\n\n');
  expect(cut.text).toBe(" a");
  expect(codeOf(cut.error)).toBe("network");
});
