import { expect, it } from "vitest";
import { storyteller, tell } from "./story.ts";
import { tokens } from "./tokens.ts";

const prompts = ["Tell me a story", "海边的故事", "احك لي", "", "🙂", "x".repeat(9_000)];

it("gives the same prompt the same answer, and other prompts other answers", () => {
  for (const prompt of prompts) expect(tell(prompt)).toBe(tell(prompt));
  const answers = new Set(Array.from({ length: 40 }, (_, n) => tell(`prompt ${n}`)));
  expect(answers.size).toBeGreaterThan(20);
});

it("has Markdown, a code block, Chinese, Arabic and emoji in every answer", () => {
  for (const prompt of prompts) {
    const answer = tell(prompt);
    expect(answer).toMatch(/^## /);
    expect(answer).toMatch(/^```\w+\n[^`]+[\s\S]+?^```$/m);
    expect(answer).toMatch(/\p{Script=Han}{6}/u);
    expect(answer).toMatch(/\p{Script=Arabic}{3}/u);
    expect(answer).toMatch(/\p{Extended_Pictographic}\u{200d}/u);
    expect(answer).not.toContain("\r");
    expect(answer.endsWith("\n")).toBe(true);
  }
});

it("gives about as many tokens as the prompt asks for", () => {
  for (const wanted of [50, 2_000, 20_000]) {
    const told = tokens(tell(`Write ${wanted} words about boats`)).length;
    expect(told).toBeGreaterThanOrEqual(wanted);
    expect(told).toBeLessThan(wanted + 400);
  }
});

it("cuts a text into tokens that join to the same text", () => {
  const text = tell("pieces");
  expect(tokens(text).join("")).toBe(text);
  expect(tokens("a\ud83d b").join("")).toBe("a\ud83d b");
  expect(Math.max(...tokens(text).map((token) => token.trim().length))).toBeLessThanOrEqual(8);
});

it("tells the whole story at full speed", async () => {
  expect(await whole(storyteller({ speed: 0 }).answer([{ role: "user", content: "fast" }]))).toBe(
    tell("fast"),
  );
});

it("answers the last user message", async () => {
  const answer = storyteller({ speed: 0 }).answer([
    { role: "user", content: "first" },
    { role: "assistant", content: "…" },
    { role: "user", content: "second" },
  ]);
  expect(await whole(answer)).toBe(tell("second"));
});

it("keeps its pace and is never ahead of it", async () => {
  const start = performance.now();
  let count = 0;
  for await (const _ of storyteller({ speed: 500 }).answer([{ role: "user", content: "pace" }])) {
    if (++count === 100) break;
  }
  // 100 tokens at 500 a second are due after 200 ms, plus or minus the jitter.
  expect(performance.now() - start).toBeGreaterThan(140);
});

it.each([0, 20])("ends early if its signal aborts, at speed %i", async (speed) => {
  const stop = new AbortController();
  const answer = storyteller({ speed }).answer([{ role: "user", content: "stop 20000 words" }], {
    signal: stop.signal,
  });
  let text = "";
  const reading = (async () => {
    for await (const token of answer) {
      text += token;
      if (text.length > 20) stop.abort();
    }
  })();
  await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  expect(text.length).toBeLessThan(60);
});

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}
