import { expect, test } from "vitest";
import { decoderContract } from "../../../test/decoder-contract.ts";
import { all, TEXT } from "../../../test/decoding.ts";
import { text } from "./text.ts";

decoderContract("text", text, TEXT, { lineEnds: [], byteOrderMark: false });

test("a leading byte order mark is a character like any other", () => {
  expect(all(text(), "\uFEFFa").text).toBe("\uFEFFa");
});
