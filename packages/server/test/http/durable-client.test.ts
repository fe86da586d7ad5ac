import { stream } from "@durable-streams/client";
import { type Served, serve } from "@twinstream/harness/serve";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anyoneWithId, createStreamServer, type Streams } from "../../src/index.ts";
import { localStores } from "../harness/stores.ts";

// What breaks readers: leading and trailing spaces, all line ends, a byte order mark, all planes.
const PIECES = [
  " lead",
  "ing,  two\r",
  "\nand a line\r\r\nand another \n",
  "\n data: no event\n\nevent: control\n",
  "\ufeff你好。",
  "\ud83d",
  "\udc69\u200d👧 é e\u0301 ",
  " ",
];
const EXACT = PIECES.join("").replace(/\r\n?/g, "\n");

const { store, remove } = localStores.sqlite!();
let streams: Streams;
let served: Served;

beforeAll(async () => {
  streams = createStreamServer({
    store,
    authorize: anyoneWithId(),
    longPollMs: 200,
    flush: { maxDelayMs: 5 },
    generate: async ({ append }) => {
      for (const piece of PIECES) {
        append(piece);
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    },
  });
  served = await serve(streams.handler);
});

afterAll(async () => {
  await served.close();
  await streams.close();
  remove();
});

test.each([
  ["long-poll", "long-poll"],
  ["sse", "sse"],
  ["its own choice", true],
  ["catch-up", false],
] as const)("@durable-streams/client reads a live stream to its end by %s", async (_, live) => {
  const id = await streams.create();
  const url = `${served.url}/api/streams/${id}`;
  const driven = fetch(`${url}/drive`, { method: "POST" }).then((response) => response.text());
  // A catch-up read does not wait for more.
  if (live === false) await driven;
  const response = await stream({ url, offset: "-1", live });
  let text = "";
  for await (const chunk of response.textStream()) text += chunk;
  expect(text).toBe(EXACT);
  expect(await driven).toBe(EXACT);
});
