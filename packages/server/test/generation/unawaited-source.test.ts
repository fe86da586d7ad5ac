import { afterEach, beforeEach, expect, test } from "vitest";
import type { GenerateContext } from "../../src/index.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

// Node ends the process for one rejection that nobody handles, and every stream with it.
let unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  unhandled = [];
  process.on("unhandledRejection", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
});

/** Rejections are reported once the microtasks are done. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function* broken() {
  yield "Before. ";
  throw new Error("the model broke");
}

/** A source of one word that is silent after it, and a promise of its cancellation. */
function silentSource() {
  const left = gate<unknown>();
  const source = new ReadableStream<string>({
    start: (controller) => controller.enqueue("One word."),
    cancel: left.open,
  });
  return { source, left: left.opened };
}

function toolThatBreaks() {
  throw new Error("the tool broke");
}

async function drive(generate: (context: GenerateContext) => unknown) {
  const fixture = await startFixture("memory", { generate });
  const id = await fixture.create();
  const response = await fixture.drive(id);
  return { fixture, id, response };
}

async function outcome(generate: (context: GenerateContext) => unknown) {
  const { fixture, id, response } = await drive(generate);
  await response.text();
  await turn();
  return { ...(await fixture.streams.read(id)), errors: fixture.errors };
}

test("a source that fails while the generation does something else fails the stream, and does not end the process", async () => {
  const seen = await outcome(async ({ append }) => {
    const reading = append.from(broken());
    await turn();
    await turn();
    await reading;
  });
  expect(seen).toMatchObject({ status: "error", errors: [{ message: "the model broke" }] });
  expect(unhandled).toEqual([]);
});

test("a source that fails and is never awaited fails the stream", async () => {
  const seen = await outcome(async ({ append }) => {
    void append.from(broken());
    await turn();
    await turn();
    append("After.");
  });
  expect(seen).toMatchObject({ status: "error", errors: [{ message: "the model broke" }] });
  expect(unhandled).toEqual([]);
});

test("a failure that is caught later does not fail the stream", async () => {
  const seen = await outcome(async ({ append }) => {
    const reading = append.from(broken());
    await turn();
    await turn();
    await reading.catch(() => append("After."));
  });
  expect(seen).toMatchObject({ status: "done", text: "Before. After.", errors: [] });
  expect(unhandled).toEqual([]);
});

test("a generation that throws beside a source cancels the source, and does not end the process", async () => {
  const { source, left } = silentSource();
  const seen = await outcome(async ({ append }) => {
    const reading = append.from(source);
    await turn();
    toolThatBreaks();
    await reading;
  });
  expect(seen).toMatchObject({
    status: "error",
    text: "One word.",
    errors: [{ message: "the tool broke" }],
  });
  await left;
  await turn();
  expect(unhandled).toEqual([]);
});

test("a stop beside a source that is not awaited yet does not end the process", async () => {
  const { source, left } = silentSource();
  const other = gate();
  const { fixture, id, response } = await drive(async ({ append }) => {
    const reading = append.from(source);
    await other.opened;
    await reading;
  });
  await response.body!.getReader().read();
  expect(await fixture.streams.stop(id)).toMatchObject({ status: "stopped", length: 9 });
  await left;
  await turn();
  expect(unhandled).toEqual([]);
  other.open();
  await turn();
  expect(fixture.errors).toEqual([]);
});
