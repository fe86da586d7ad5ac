import type { Framing } from "../decoder.ts";
import { LIMIT, tooLong } from "../limit.ts";

/**
 * Reads lines that end in LF or CRLF. The last one may lack its end. Blank lines are left out.
 * @param onLine Receives each line, without white space around it.
 * @param onEnd Runs after the last line; throws if the format's own end mark is missing.
 */
export function lines(onLine: (line: string) => void, onEnd: () => void): Framing {
  // The pieces of the line that is not complete yet, joined once it is: a long line costs no copy a chunk.
  let open: string[] = [];
  let length = 0;
  const take = (last: string) => {
    const line = (open.length > 0 ? open.join("") + last : last).trim();
    open = [];
    length = 0;
    if (line) onLine(line);
  };
  return {
    push(text) {
      const parts = text.split("\n");
      const rest = parts.pop() ?? "";
      for (const part of parts) take(part);
      if (rest) open.push(rest);
      length += rest.length;
      if (length > LIMIT) throw tooLong("A line");
    },
    end() {
      take("");
      onEnd();
    },
  };
}
