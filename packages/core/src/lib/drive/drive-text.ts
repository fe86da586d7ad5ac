import { byteLength } from "../text/utf8.ts";
import type { DriveRequest, Driver } from "../types.ts";

/** What comes of a drive. */
export interface DriveResult {
  /** The server has answered it. */
  answered(): void;
  /** A piece of the text, and where it begins, in bytes. */
  text(delta: string, offset: number, bytes: number): void;
  /** It is over, with or without an error. */
  end(error?: unknown): void;
}

/** Drives, and counts where each piece of the text begins: a driven response is the text from its start. */
export function driveText(
  driver: Driver,
  request: DriveRequest,
  { answered, text, end }: DriveResult,
): void {
  let offset = 0;
  driver.drive(request, {
    open: answered,
    taken() {
      answered();
      end();
    },
    text(delta, bytes = byteLength(delta)) {
      text(delta, offset, bytes);
      offset += bytes;
    },
    error: end,
    end: () => end(),
  });
}
