import { createStreamClient, type StreamBody, subscribeSource } from "@twinstream/core";
import { createReading, openStream, type StreamView } from "@twinstream/core/bindings";
import { atom, onStart, onStop } from "nanostores";
import { expect, test } from "vitest";

/** A view that follows the body while it has a listener, as `smooth` does. */
const words: StreamView<{ words: number; of: string }> = ($body) => {
  const $words = atom({ words: 0, of: "" });
  let leave = () => {};
  onStart($words, () => {
    leave = $body.subscribe(({ text }) => $words.set({ words: text.split(" ").length, of: text }));
  });
  onStop($words, () => leave());
  return $words;
};

/** A stream whose source is given its text by the test. */
function fixture() {
  const sinks = new Set<(body: StreamBody) => void>();
  const client = createStreamClient({
    throttleMs: 0,
    source: subscribeSource((_id, sink) => {
      const next = ({ text, status }: StreamBody) => sink.next({ text, status });
      sinks.add(next);
      return () => sinks.delete(next);
    }),
  });
  return {
    client,
    stream: client.stream("an-id"),
    followers: () => sinks.size,
    async write(text: string, status: StreamBody["status"] = "streaming") {
      for (const next of sinks) next({ text, status });
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

test("without a view, a component sees the stream's own body", async () => {
  const { stream, write } = fixture();
  const reading = createReading();
  let changes = 0;
  const leave = reading.subscribe(stream, () => {
    changes += 1;
  });
  expect(changes).toBe(1);
  await write("one");
  expect(changes).toBe(2);
  expect(reading.show(stream.snapshot())).toBe(stream.snapshot());
  leave();
});

test("a view's fields are shown over the body's, and change together with it", async () => {
  const { stream, write } = fixture();
  const reading = createReading(words);
  const seen: unknown[] = [];
  const leave = reading.subscribe(stream, () => {
    const { text, words, of } = reading.show(stream.snapshot()) as StreamBody & {
      words: number;
      of: string;
    };
    // A listener that runs at once sees no new text with the old number of words.
    expect(of).toBe(text);
    seen.push(words);
  });
  await write("one");
  await write("one two");
  expect(seen.at(-1)).toBe(2);
  // The same object until something changes.
  const shown = reading.show(stream.snapshot());
  expect(reading.show(stream.snapshot())).toBe(shown);
  await write("one two", "done");
  expect(reading.show(stream.snapshot())).not.toBe(shown);
  expect(reading.show(stream.snapshot())).toMatchObject({ status: "done", words: 2 });
  leave();
});

test("a reading that is not subscribed shows the body that it is given, and reads nothing", async () => {
  const { stream, followers, write } = fixture();
  const reading = createReading(words);
  const body: StreamBody = { text: "one two three", status: "streaming" };
  const shown = reading.show(body);
  expect(shown).toEqual({ ...body, words: 3, of: "one two three" });
  expect(reading.show(body)).toBe(shown);
  await write("");
  expect(followers()).toBe(0);
  const leave = reading.subscribe(stream, () => {});
  expect(followers()).toBe(1);
  await write("one");
  leave();
  expect(reading.show(body)).toMatchObject({ words: 3 });
});

test("a component's options open its stream, and wrong ones are refused by name", () => {
  const { client, stream } = fixture();
  expect(openStream(client, "an-id", { client, view: words })).toBe(stream);
  expect(openStream(client, undefined, {})).toBeUndefined();
  expect(openStream(client, null, {})).toBeUndefined();
  const wrong = { drive: true } as object;
  expect(() => openStream(client, "an-id", wrong)).toThrow(/no option `drive`/);
});
