import type { Framing } from "./decoder.ts";
import { endOf, utf8 } from "./text.ts";

/** Reads lines that end in LF or CRLF; the last one may lack its end. Blank lines are left out. */
export function lines(onLine: (line: string) => void, onEnd: () => void): Framing {
  const bytes = utf8();
  // What came of the line that is not complete yet, joined once it is: a long line costs no copy a chunk.
  let open: string[] = [];
  const take = (last: string) => {
    const line = (open.length > 0 ? open.join("") + last : last).trim();
    open = [];
    if (line) onLine(line);
  };
  return {
    push(chunk) {
      const parts = bytes.decode(chunk, { stream: true }).split("\n");
      const rest = parts.pop() ?? "";
      for (const part of parts) take(part);
      if (rest) open.push(rest);
    },
    end() {
      endOf(bytes);
      take("");
      onEnd();
    },
  };
}
