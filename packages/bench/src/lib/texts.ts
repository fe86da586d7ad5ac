const ENGLISH =
  "Persistent streaming keeps an answer safe while it is written. A reader may leave, and come back later; the text goes on from where it was. " +
  "Version 3.14 at example.org is not the end of a sentence, and neither is e.g. this one. Who follows is sent only what is missing! Is that all? It is.\n\n";
const CHINESE =
  "持久的流式传输让答案在书写时就得到保存。读者可以离开，稍后再回来；文字会从原来的地方继续。跟随的人只会收到他还没有的部分！这就是全部吗？是的。\n\n";

/** A text of at least `bytes` UTF-8 bytes, in the tokens that a model would make of it: words with the space before them, or one or two characters. */
export function textTokens(language: "English" | "Chinese", bytes: number): string[] {
  const sample = language === "English" ? ENGLISH : CHINESE;
  const pieces =
    language === "English" ? sample.match(/\s*\S+|\s+$/g)! : sample.match(/.{1,2}|\n+/gsu)!;
  const tokens: string[] = [];
  for (let length = 0, at = 0; length < bytes; at++) {
    const token = pieces[at % pieces.length]!;
    tokens.push(token);
    length += Buffer.byteLength(token);
  }
  return tokens;
}
