import { afterEach, describe, expect, test } from "vitest";
import {
  anyoneWithId,
  createStreamServer,
  type GenerateContext,
  type Streams,
} from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { startFixture } from "../harness/fixture.ts";

/** Drives a stream by `generate`. Returns its text, its end, and the errors. */
async function outcome(generate: (context: GenerateContext) => unknown, limits = {}) {
  const fixture = await startFixture("memory", { generate, limits });
  const id = await fixture.create();
  const response = await fixture.drive(id);
  const driven = await response.text();
  const stored = await fixture.streams.read(id);
  expect(driven).toBe(stored?.text);
  return { response: response.status, ...stored, errors: fixture.errors };
}

describe("the whole text's limit", () => {
  const overflow = { status: "error", error: "overflow", errors: [] };

  test("one large piece is kept up to the limit, cut on a character", async () => {
    const limits = { textBytes: 11 };
    expect(await outcome(({ append }) => append("é".repeat(100)), limits)).toMatchObject({
      ...overflow,
      text: "é".repeat(5),
      length: 10,
    });
  });

  test("the last piece counts, even if it still waits in the input buffer when `generate` returns", async () => {
    const generate = ({ append }: GenerateContext) => {
      append("12345");
      append("6789012345");
    };
    expect(await outcome(generate, { textBytes: 10 })).toMatchObject({
      ...overflow,
      text: "1234567890",
    });
  });

  test("a text that fills it to the last byte is done", async () => {
    const generate = ({ append }: GenerateContext) => {
      append("12345");
      append("67890");
    };
    expect(await outcome(generate, { textBytes: 10 })).toMatchObject({
      status: "done",
      text: "1234567890",
    });
  });
});

let streams: Streams | undefined;

afterEach(() => streams?.close());

/** Drives a stream to its end; resolves with what the driver read and what is stored. */
async function drive(generate: (context: GenerateContext) => unknown) {
  streams = createStreamServer({
    store: memoryStore(),
    authorize: anyoneWithId(),
    generate,
    onError: () => {},
  });
  const id = await streams.create();
  const request = new Request(`http://localhost/api/streams/${id}/drive`, { method: "POST" });
  const response = await streams.handler(request);
  return { driven: await response.text(), stored: await streams.read(id) };
}

const half = "A. \ud83d";

test("invariant 7: half a character that a stop cuts off is neither shown nor stored", async () => {
  const { driven, stored } = await drive(async ({ id, append, signal }) => {
    append(half);
    void streams?.stop(id);
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  expect(driven).toBe("A. ");
  expect(stored).toMatchObject({ text: "A. ", status: "stopped" });
});

test("invariant 7: half a character that an error cuts off is neither shown nor stored", async () => {
  const { driven, stored } = await drive(({ append }) => {
    append(half);
    throw new Error("the model broke off");
  });
  expect(driven).toBe("A. ");
  expect(stored).toMatchObject({ text: "A. ", status: "error" });
});

test("half a character at the end of a whole text becomes U+FFFD, as in UTF-8", async () => {
  const { driven, stored } = await drive(({ append }) => append(half));
  expect(driven).toBe("A. \ufffd");
  expect(stored).toMatchObject({ text: "A. \ufffd", status: "done" });
});
