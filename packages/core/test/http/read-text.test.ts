import { expect, test } from "vitest";
import { readText } from "../../src/lib/http/read-text.ts";
import { byteLength } from "../../src/lib/text/utf8.ts";
import type { StreamRequest } from "../../src/lib/types.ts";

const TEXT = "\uFEFFone é 世界 👩‍👩‍👧 e\u0301\r\nend";
const BYTES = new TextEncoder().encode(TEXT);

async function read(chunks: Uint8Array[]) {
  const pieces: [string, number][] = [];
  let alive = 0;
  await readText(
    new Response(
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      }),
    ),
    { alive: () => alive++ } as unknown as StreamRequest,
    (...piece) => pieces.push(piece),
  );
  return { pieces, alive };
}

test("invariant 2: split at every byte, the pieces are whole characters, with their bytes", async () => {
  for (let at = 1; at < BYTES.length; at++) {
    const { pieces } = await read([BYTES.subarray(0, at), BYTES.subarray(at)]);
    expect(pieces.map(([delta]) => delta).join("")).toBe(TEXT);
    for (const [delta, bytes] of pieces) expect(bytes).toBe(byteLength(delta));
  }
});

test("every byte a chunk of its own: each is a sign of life", async () => {
  const { pieces, alive } = await read([...BYTES].map((byte) => Uint8Array.of(byte)));
  expect(pieces.map(([delta]) => delta).join("")).toBe(TEXT);
  expect(alive).toBe(BYTES.length);
});

test("a character that the end cuts off is left out, and not counted", async () => {
  const text = "a世";
  const cut = new TextEncoder().encode(text).subarray(0, 3);
  const { pieces } = await read([cut]);
  expect(pieces).toEqual([["a", 1]]);
});

test("what is not UTF-8 is an error, never another text", async () => {
  await expect(read([Uint8Array.of(0x61, 0xff)])).rejects.toThrow(TypeError);
});
