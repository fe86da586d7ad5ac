import { afterEach, expect, test } from "vitest";
import {
  anyoneWithId,
  createStreamServer,
  type GenerateContext,
  type Streams,
} from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";

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

test("invariant 7: nor is one that an error cuts off", async () => {
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
