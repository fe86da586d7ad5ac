import { expect, test } from "vitest";
import { createStreamClient, StreamError, type StreamUpdate } from "../../src/index.ts";
import { byteLength } from "../../src/lib/text/utf8.ts";
import type { SourceSink } from "../../src/lib/types.ts";

/** A stream whose source is pushed by the test. */
function pushed(initial?: { text: string; status: "streaming" }) {
  const sinks = new Set<SourceSink>();
  let follows = 0;
  const client = createStreamClient({
    throttleMs: 0,
    retry: { baseMs: 1 },
    source: {
      follow({ signal }, sink) {
        follows++;
        sinks.add(sink);
        signal.addEventListener("abort", () => sinks.delete(sink));
      },
    },
  });
  return {
    stream: client.stream("id", { initial }),
    next(update: StreamUpdate) {
      for (const sink of [...sinks]) sink.next(update);
    },
    fail(error: Error) {
      for (const sink of [...sinks]) sink.error(error);
    },
    get follows() {
      return follows;
    },
    get open() {
      return sinks.size;
    },
  };
}

type Pushed = ReturnType<typeof pushed>;

/** Collects the pieces; the error is what the iteration threw. */
function collect({ stream }: Pushed, signal?: AbortSignal) {
  const pieces: { delta: string; offset: number }[] = [];
  const over = (async () => {
    try {
      for await (const piece of stream.deltas({ signal })) pieces.push(piece);
    } catch (error) {
      return error;
    }
    return undefined;
  })();
  return { pieces, over };
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Each piece begins where the one before ended, in bytes, and together they are the text. */
function expectWhole(pieces: readonly { delta: string; offset: number }[], text: string) {
  let at = 0;
  for (const { delta, offset } of pieces) {
    expect(offset).toBe(at);
    at += byteLength(delta);
  }
  expect(pieces.map(({ delta }) => delta).join("")).toBe(text);
}

test.each(["done", "stopped"] as const)("brings the whole text, and ends at %s", async (status) => {
  const world = pushed();
  const { pieces, over } = collect(world);
  await turns();
  world.next({ text: "Grüße, ", status: "streaming" });
  await turns();
  world.next({ text: "Grüße, 世界", status: "streaming" });
  await turns();
  world.next({ text: "Grüße, 世界! 👩‍👩‍👧", status });
  expect(await over).toBeUndefined();
  expectWhole(pieces, "Grüße, 世界! 👩‍👩‍👧");
  expect(pieces).toHaveLength(3);
});

test("begins with all that is known, at offset 0, also late and from `initial`", async () => {
  const world = pushed({ text: "So far", status: "streaming" });
  const first = collect(world);
  await turns();
  world.next({ text: "So far, so good", status: "streaming" });
  await turns();
  const late = collect(world);
  await turns();
  world.next({ text: "So far, so good.", status: "done" });
  await Promise.all([first.over, late.over]);
  expect(first.pieces[0]).toEqual({ delta: "So far", offset: 0 });
  expect(late.pieces[0]).toEqual({ delta: "So far, so good", offset: 0 });
  for (const { pieces } of [first, late]) expectWhole(pieces, "So far, so good.");
  expect(world.follows).toBe(1);
});

test("throws the error of a stream that ends in error, after its text", async () => {
  const world = pushed();
  const { pieces, over } = collect(world);
  await turns();
  world.next({
    text: "half",
    status: "error",
    error: "quota",
    errorMessage: "Come back tomorrow.",
  });
  const error = await over;
  expect(error).toBeInstanceOf(StreamError);
  expect(error).toMatchObject({ code: "quota", message: "Come back tomorrow." });
  expect(error).toBe(world.stream.snapshot().error);
  expectWhole(pieces, "half");
});

test("throws `timeout` for a stream that ends as that", async () => {
  const world = pushed();
  const { pieces, over } = collect(world);
  await turns();
  world.next({ text: "half", status: "timeout", reason: "crash" });
  const error = await over;
  expect(error).toBeInstanceOf(StreamError);
  expect(error).toMatchObject({ code: "timeout" });
  expectWhole(pieces, "half");
});

test("an error that may pass does not end it: it goes on when the stream does", async () => {
  const world = pushed();
  const { pieces, over } = collect(world);
  await turns();
  world.next({ text: "one", status: "streaming" });
  await turns();
  world.fail(new StreamError("unauthorized", "Your session is over.", { httpStatus: 401 }));
  await turns();
  expect(world.stream.snapshot()).toMatchObject({
    text: "one",
    status: "streaming",
    error: { code: "unauthorized" },
  });
  world.stream.retry();
  await turns();
  world.next({ text: "one, two", status: "done" });
  expect(await over).toBeUndefined();
  expectWhole(pieces, "one, two");
});

test("the signal ends it at once, with its reason; the last reader's departure ends the connection", async () => {
  const world = pushed();
  const control = new AbortController();
  const { pieces, over } = collect(world, control.signal);
  await turns();
  world.next({ text: "one", status: "streaming" });
  await turns();
  control.abort(new Error("enough"));
  expect(await over).toMatchObject({ message: "enough" });
  expectWhole(pieces, "one");
  expect(world.open).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(world.open).toBe(0);
});

test("a signal that was aborted before sends nothing", async () => {
  const world = pushed();
  const { pieces, over } = collect(world, AbortSignal.abort(new Error("never")));
  expect(await over).toMatchObject({ message: "never" });
  expect(pieces).toEqual([]);
  expect(world.follows).toBe(0);
});

test("`break` leaves the stream", async () => {
  const world = pushed({ text: "one", status: "streaming" });
  for await (const { delta } of world.stream.deltas()) {
    expect(delta).toBe("one");
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(world.open).toBe(0);
});

test("a loop that is slow is brought all that came meanwhile, in one piece", async () => {
  const world = pushed();
  const pieces: { delta: string; offset: number }[] = [];
  const reading = (async () => {
    for await (const piece of world.stream.deltas()) {
      pieces.push(piece);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  })();
  await turns();
  for (const text of ["a", "ab", "abc", "abcd"]) {
    world.next({ text, status: "streaming" });
    await turns();
  }
  world.next({ text: "abcd.", status: "done" });
  await reading;
  expectWhole(pieces, "abcd.");
  expect(pieces.length).toBeLessThan(4);
});
