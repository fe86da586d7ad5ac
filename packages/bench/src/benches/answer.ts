import { getRequestListener } from "@hono/node-server";
import { createStreamClient } from "@twinstream/core";
import { capability, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { compare, type Result } from "../lib/figures.ts";
import { listen } from "../lib/listen.ts";
import { countingProxy } from "../lib/proxy.ts";
import { textTokens } from "../lib/texts.ts";

const TOKENS = 2000;
const PACE_MS = 20;
// Enough of the text for so many tokens: a token is a word.
const BYTES = TOKENS * 10;

/** One English answer at a model's own pace, in real time: how often it is written, and what one follower is sent. */
export async function answer(): Promise<Result> {
  const tokens = textTokens("English", BYTES).slice(0, TOKENS);
  const bytes = Buffer.byteLength(tokens.join(""));
  async function* paced() {
    const begun = performance.now();
    for (const [index, token] of tokens.entries()) {
      const left = begun + index * PACE_MS - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      yield token;
    }
  }

  const store = memoryStore();
  let written = 0;
  const streams = createStreamServer({
    store: {
      ...store,
      append(id, append) {
        written++;
        return store.append(id, append);
      },
    },
    authorize: capability(),
    basePath: "/s",
    generate: ({ append }) => append.from(paced()),
  });
  const server = await listen(getRequestListener((request) => streams.handler(request)));
  const proxy = await countingProxy(server.port);
  const id = await streams.create();
  const stream = createStreamClient({ url: `http://127.0.0.1:${proxy.port}/s` }).stream(id);
  const followed = stream.finished;
  const driven = await fetch(`http://127.0.0.1:${server.port}/s/${id}/drive`, { method: "POST" });
  const [text, body] = await Promise.all([driven.text(), followed]);
  if (body.text !== text || Buffer.byteLength(text) !== bytes) {
    throw new Error(`The follower has ${body.text.length} of ${text.length} characters.`);
  }
  await proxy.close();
  await server.close();
  await streams.close();

  return {
    tables: [
      {
        title: `One answer of ${tokens.length} tokens, ${bytes} bytes, at 50 tokens a second`,
        columns: ["", "rows written", "bytes to a live=text follower", "÷ text"],
        rows: [["Twinstream", `${written}`, `${proxy.down}`, (proxy.down / bytes).toFixed(3)]],
      },
    ],
    figures: [
      compare(
        "Follower bytes ÷ text, live=text, 2,000 tokens in real time",
        "×",
        [proxy.down / bytes],
        undefined,
        { atMost: 1.2, of: "ours" },
      ),
      compare("Rows written, 2,000 tokens in real time", "rows", [written]),
    ],
  };
}
