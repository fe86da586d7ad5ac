import { expect, test } from "vitest";
import { text } from "../../src/lib/decoders/text.ts";
import { decoderContract } from "./decoder-contract.ts";
import { all, TEXT } from "./recorded-answers.ts";

decoderContract("text", text, TEXT, { lineEnds: [], byteOrderMark: false });

test("a leading byte order mark is a character like any other", () => {
  expect(all(text(), "\uFEFFa").text).toBe("\uFEFFa");
});
