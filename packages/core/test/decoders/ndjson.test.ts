import { expect, test } from "vitest";
import { ndjson } from "../../src/lib/decoders/framing/ndjson.ts";
import { decoderContract } from "./decoder-contract.ts";
import { all, codeOf, expectTextThenError, recorded } from "./recorded-answers.ts";

decoderContract("ndjson", ndjson, recorded("ollama.ndjson"), { lineEnds: ["\r\n"] });

test("an error in the stream is a StreamError after the text before it", () => {
  expectTextThenError(ndjson(), '{"response":"Hal"}\n{"error":"overloaded"}\n');
});

test("takes its own select, its own end mark, and can require it", () => {
  const own = () =>
    ndjson({ select: (v) => v.t as string, done: (v) => v.end === 1, required: true });
  expect(all(own(), '{"t":"a"}\n\n{"end":1}')).toEqual({ text: "a" });
  expect(codeOf(all(own(), '{"t":"a"}\n').error)).toBe("network");
});
