import type { Framing } from "../decoder.ts";
import { LIMIT, tooLong } from "../limit.ts";
import { endOf, utf8 } from "../text.ts";

/** Reads lines that end in LF or CRLF; the last one may lack its end. Blank lines are left out. */
export function lines(onLine: (line: string) => void, onEnd: () => void): Framing {
  const bytes = utf8();
  // What came of the line that is not complete yet, joined once it is: a long line costs no copy a chunk.
  let open: string[] = [];
  let length = 0;
  const take = (last: string) => {
    const line = (open.length > 0 ? open.join("") + last : last).trim();
    open = [];
    length = 0;
    if (line) onLine(line);
  };
  return {
    push(chunk) {
      const parts = bytes.decode(chunk, { stream: true }).split("\n");
      const rest = parts.pop() ?? "";
      for (const part of parts) take(part);
      if (rest) open.push(rest);
      length += rest.length;
      if (length > LIMIT) throw tooLong("A line");
    },
    end() {
      endOf(bytes);
      take("");
      onEnd();
    },
  };
}
