import { type ModelAnswer, modelServer } from "@twinstream/harness/model-server";
import { afterEach, expect, it, vi } from "vitest";
import { modelFromEnv } from "./model.ts";
import { tell } from "./story.ts";
import { tokens } from "./tokens.ts";

const servers: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function modelThat(plan: ModelAnswer) {
  const server = await modelServer(() => plan);
  servers.push(server);
  const model = modelFromEnv({
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: server.url,
    OPENAI_MODEL: "some-model",
  });
  return { server, model };
}

async function read(pieces: AsyncIterable<string>) {
  const got = { text: "", error: undefined as unknown };
  try {
    for await (const piece of pieces) got.text += piece;
  } catch (error) {
    got.error = error;
  }
  return got;
}

const question = [{ role: "user", content: "Hello?" }] as const;

it("answers with the storyteller if there is no key", async () => {
  const model = modelFromEnv({ STORY_SPEED: "0", OPENAI_BASE_URL: "http://127.0.0.1:1" });
  expect(model.name).toBe("storyteller");
  expect((await read(model.answer(question))).text).toBe(tell("Hello?"));
});

it.each(["-1", "fast", "NaN", "Infinity"])("rejects STORY_SPEED=%s with the reason", (speed) => {
  expect(() => modelFromEnv({ STORY_SPEED: speed })).toThrow(
    /STORY_SPEED must be tokens per second/,
  );
});

it("asks an OpenAI-compatible server, and returns its exact text", async () => {
  const text = ` leading space\n\n${tell("exact")}`;
  const { server, model } = await modelThat({ pieces: tokens(text) });
  expect(await read(model.answer(question))).toEqual({ text, error: undefined });
  expect(model.name).toBe("some-model");
  expect(server.requests).toMatchObject([
    {
      authorization: "Bearer sk-test",
      body: { model: "some-model", stream: true, messages: question },
    },
  ]);
});

it("fails with the server's own message if it refuses", async () => {
  const { model } = await modelThat({
    pieces: [],
    refuse: { status: 401, message: "Incorrect API key provided" },
  });
  const { text, error } = await read(model.answer(question));
  expect(text).toBe("");
  expect(String(error)).toContain("Incorrect API key provided");
});

it.each(["broken", "early"] as const)(
  "fails where the answer's end is %s, with the text kept",
  async (ending) => {
    const { model } = await modelThat({ pieces: ["so ", "far"], ending });
    const { text, error } = await read(model.answer(question));
    expect("so far".startsWith(text)).toBe(true);
    if (ending === "early") expect(text).toBe("so far");
    expect(error).toBeInstanceOf(Error);
  },
);

it("closes its request when it is stopped", async () => {
  const { server, model } = await modelThat({ pieces: Array(500).fill("on "), pace: 10 });
  const stop = new AbortController();
  let text = "";
  const reading = (async () => {
    for await (const piece of model.answer(question, { signal: stop.signal })) {
      text += piece;
      if (text.length > 20) stop.abort();
    }
  })();
  await expect(reading).rejects.toThrow(/abort/i);
  await vi.waitFor(() => expect(server.left()).toBe(1), { timeout: 10_000 });
});
