import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import { anyoneWithId, createStreamServer, type Streams } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";

let streams: Streams;
let seen: unknown[];

function start(maxBytes = 1000): void {
  seen = [];
  streams = createStreamServer({
    store: memoryStore(),
    authorize: anyoneWithId(),
    limits: { inputBytes: maxBytes },
    parseInput(raw) {
      const { prompt } = (raw ?? {}) as { prompt?: unknown };
      if (typeof prompt !== "string") throw new Error("`prompt` must be a text.");
      return { prompt: prompt.trim() };
    },
    generate({ input, append }) {
      expectTypeOf(input).toEqualTypeOf<{ prompt: string }>();
      seen.push(input);
      append(input.prompt);
    },
  });
}

afterEach(() => streams.close());

const drive = (id: string, body: string) =>
  streams.handler(new Request(`http://test/api/streams/${id}/drive`, { method: "POST", body }));

async function refusal(response: Response) {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { http: response.status, status: response.headers.get("stream-status"), ...error };
}

describe("a drive's input", () => {
  test("is the result of parseInput", async () => {
    start();
    const id = await streams.create();
    expect(await (await drive(id, '{"prompt":" hi "}')).text()).toBe("hi");
    expect(seen).toEqual([{ prompt: "hi" }]);
  });

  test.each([
    ["what parseInput refuses", '{"x":1}', 400, "bad_input", "`prompt` must be a text."],
    ["none at all", "", 400, "bad_input", "`prompt` must be a text."],
    ["no JSON", "{bad", 400, "bad_json", "The request's body is not JSON in UTF-8."],
    ["too much", `"${"x".repeat(2000)}"`, 413, "input_too_large", "larger than the limit of 1000"],
  ])("that is %s costs nothing: the stream stays pending", async (_, body, http, code, message) => {
    start();
    const id = await streams.create();
    const refused = await refusal(await drive(id, body));
    expect(refused).toMatchObject({ http, code, status: "pending" });
    expect(refused.message).toContain(message);
    expect(seen).toEqual([]);
    expect(await (await drive(id, '{"prompt":"again"}')).text()).toBe("again");
  });

  test("is not checked if the stream is unknown or was driven before", async () => {
    start();
    expect(await refusal(await drive("A".repeat(22), "{bad"))).toMatchObject({ http: 404 });
    const id = await streams.create();
    await (await drive(id, '{"prompt":"one"}')).text();
    expect(await refusal(await drive(id, "{bad"))).toMatchObject({ http: 409, status: "done" });
  });
});
