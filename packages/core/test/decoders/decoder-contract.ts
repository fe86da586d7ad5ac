import { describe, expect, test } from "vitest";
import type { Decoder } from "../../src/lib/types.ts";
import { all, bytesOf, codeOf, decode, TEXT } from "./recorded-answers.ts";

/** How a format differs from the others. */
export interface Traits {
  /** The format has an end mark, so that a cut answer shows. Default: false. */
  readonly endMark?: boolean;
  /** The line ends that it allows, beside LF. Default: CRLF and CR. */
  readonly lineEnds?: readonly string[];
  /** A leading byte order mark is not part of the text. Default: true. */
  readonly byteOrderMark?: boolean;
}

/** Tests that a format's decoder reads `raw` as the text `TEXT`, however it is cut. */
export function decoderContract(
  name: string,
  make: () => Decoder,
  raw: string,
  { endMark = false, lineEnds = ["\r\n", "\r"], byteOrderMark = true }: Traits = {},
): void {
  describe(name, () => {
    test("reads the text, in one piece", () => {
      expect(all(make(), raw)).toEqual({ text: TEXT });
    });

    test("reads the same text, split in two at every byte", () => {
      const bytes = bytesOf(raw);
      for (let at = 1; at < bytes.length; at++) {
        const split = [bytes.subarray(0, at), bytes.subarray(at)];
        expect(decode(make(), split), `split at byte ${at}`).toEqual({ text: TEXT });
      }
    });

    test("reads the same text, byte by byte, and with empty chunks between", () => {
      const bytes = bytesOf(raw);
      const single = [...bytes].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array(0)]);
      expect(decode(make(), single)).toEqual({ text: TEXT });
    });

    test.each(lineEnds)(
      "reads the same text with %j at the ends of lines, split at every byte",
      (end) => {
        const bytes = bytesOf(raw.replaceAll("\n", end));
        expect(decode(make(), [bytes])).toEqual({ text: TEXT });
        expect(
          decode(
            make(),
            [...bytes].map((byte) => Uint8Array.of(byte)),
          ),
        ).toEqual({ text: TEXT });
      },
    );

    if (byteOrderMark) {
      test("reads the same text after a byte order mark, split at every byte of it", () => {
        const bytes = bytesOf(`\uFEFF${raw}`);
        for (let at = 0; at < 5; at++) {
          const split = [bytes.subarray(0, at), bytes.subarray(at)];
          expect(decode(make(), split)).toEqual({ text: TEXT });
        }
      });
    }

    test("reads a part of the text if the response is cut, and fails if the format has an end mark", () => {
      const bytes = bytesOf(raw);
      for (let at = 0; at < bytes.length; at++) {
        const cut = decode(make(), [bytes.subarray(0, at)]);
        expect(TEXT.startsWith(cut.text), `cut at byte ${at}`).toBe(true);
        if (cut.error !== undefined) codeOf(cut.error);
        else if (endMark) expect(cut.text, `cut at byte ${at}`).toBe(TEXT);
      }
    });
  });
}
