import { serve } from "@twinstream/harness/serve";
import { expect, test } from "vitest";
import { createStreamClient, httpSource, pollSource, type Source } from "../../src/index.ts";

const headers = {
  "content-type": "text/plain; charset=utf-8",
  "stream-status": "streaming",
  "stream-up-to-date": "true",
  "stream-next-offset": "5".padStart(16, "0"),
};
const stalled = () => new ReadableStream({ pull: () => new Promise(() => {}) });

/** A server whose second answer never ends; its third has the end of the stream. */
function stalling() {
  let answers = 0;
  return serve((request) => {
    const from = Number(new URL(request.url).searchParams.get("offset")?.replace("-1", "0") ?? 0);
    answers++;
    if (answers === 2) return new Response(stalled(), { headers });
    const answer = new Response("Hello".slice(from), { headers });
    if (answers === 1) return answer;
    answer.headers.set("stream-status", "done");
    answer.headers.set("stream-closed", "true");
    return answer;
  });
}

async function readToEnd(url: string, source: Source, idleTimeoutMs = 150) {
  const client = createStreamClient({ url, source, idleTimeoutMs, retry: { baseMs: 1 } });
  const stream = client.stream("id");
  const unsubscribe = stream.subscribe(() => {});
  const body = await stream.finished;
  unsubscribe();
  return body;
}

test("an answer that stalls is a broken connection after the client's `idleTimeoutMs`", async () => {
  const server = await stalling();
  try {
    // Long enough for the first answer to come without the client asking what keeps it.
    const body = await readToEnd(server.url, httpSource({ live: "poll", intervalMs: 5 }), 3_000);
    expect(body).toMatchObject({ text: "Hello", status: "done" });
  } finally {
    await server.close();
  }
});

test("so is a function of pollSource that never returns", async () => {
  let asked = 0;
  const source = pollSource({
    read: async () => {
      asked++;
      if (asked === 2) await new Promise(() => {});
      return { text: "Hello", status: asked === 1 ? "streaming" : "done" };
    },
    intervalMs: 5,
  });
  expect(await readToEnd("http://unused.invalid", source)).toMatchObject({
    text: "Hello",
    status: "done",
  });
});

test("so is the client's own question, if the source does not answer it", async () => {
  let asked = 0;
  const source = pollSource({
    read: async () => {
      asked++;
      // The poll is given up, and so is the question that follows it at once.
      if (asked === 2 || asked === 3) await new Promise(() => {});
      return { text: "Hello", status: asked === 1 ? "streaming" : "done" };
    },
    intervalMs: 5,
  });
  expect(await readToEnd("http://unused.invalid", source)).toMatchObject({
    text: "Hello",
    status: "done",
  });
});

test("the silence between two polls is not a broken connection", async () => {
  let asked = 0;
  const source = pollSource({
    read: async () => ({ text: "Hello", status: ++asked < 4 ? "streaming" : "done" }) as const,
    // Longer than the client's `idleTimeoutMs`.
    intervalMs: 400,
  });
  await readToEnd("http://unused.invalid", source);
  expect(asked).toBe(4);
});
