// A typical answer of a model: sentences of all lengths, abbreviations, numbers, a list, a heading.
const ENGLISH = `A refresh in the middle of an answer is the moment at which most chat apps lose it. The page goes away, the request that carried the text goes with it, and what the model still says is said to nobody. There are three ways to keep the text, and each of them has a price.

The first is to write every token to a database as it comes. Nothing is lost, but an answer of 2,000 tokens is 2,000 writes, e.g. forty of them a second for one user alone, and whoever follows is told of each. The second is to write the whole text again at every sentence. That is simple, and it works well for a short answer; for a long one the cost grows with the square of its length, because the last sentence sends all that came before it once more. The third is to write what is new, a few times a second, and to remember how far each reader has come.

What should you choose?

1. Measure first. A table with 3.5 million rows behaves in another way than one with a thousand.
2. Keep the unit of a write small enough to be safe, and large enough to be cheap: a sentence, a kilobyte, or a quarter of a second, whichever comes first.
3. Let readers ask for what they are missing. A reader who knows that it has 4,096 bytes can say so, and is sent the rest!

In short: the text is an append-only log, the reader holds a position in it, and everything else follows from these two facts. You can try it with the example at docs.example.org/streams (version 1.2 or later).

`;
const CHINESE = `在回答进行到一半时刷新页面，是大多数聊天应用丢失内容的时刻。页面消失了，承载文字的请求也随之消失，模型接下来说的话就没有人听到了。要保住这些文字有三种办法，每一种都有代价。

第一种是在每个词元到来时就把它写进数据库。什么也不会丢，但是一个两千词元的回答就是两千次写入，而且每一个跟随的读者都要被通知一次。第二种是在每个句子结束时把全文重写一遍。这样做很简单，对短的回答也很合适；可是对长的回答，代价会随着长度的平方增长，因为最后一句话会把前面的内容再发送一遍。第三种是每秒写几次新的内容，并且记住每个读者读到了哪里。

那么应该怎样选择呢？先测量，再决定。让一次写入小到足够安全，又大到足够便宜：一个句子、一千字节，或者四分之一秒，以先到者为准。让读者自己来要缺少的部分！知道自己已经有多少字节的读者，只会收到剩下的内容。

`;

/** The samples as a model would split them: English into words or the starts of long ones, with the space before them; Chinese into one or two characters. */
const pieces = {
  English: ENGLISH.match(/ ?[^\s]{1,5}|\s+/g)!,
  Chinese: CHINESE.match(/[^\n]{1,2}|\n+/gu)!,
};

/**
 * Makes a text in tokens by repeating a sample. An English token has about four bytes.
 *
 * @param language which sample to repeat
 * @param bytes the least length of the text in UTF-8 bytes
 * @param from the token of the sample to start at. Default 0
 */
export function textTokens(language: keyof typeof pieces, bytes: number, from = 0): string[] {
  const sample = pieces[language];
  const tokens: string[] = [];
  for (let length = 0, at = from; length < bytes; at++) {
    const token = sample[at % sample.length]!;
    tokens.push(token);
    length += Buffer.byteLength(token);
  }
  return tokens;
}
