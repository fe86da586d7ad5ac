import { describe, expect, test } from "vitest";
import type { GenerateContext } from "../../src/index.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

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

describe("a generation", () => {
  const failed = { response: 200, status: "error", error: "generation" };

  test("may throw before its first word, or say none", async () => {
    const broken = () => {
      throw new Error("no model");
    };
    expect(await outcome(broken)).toMatchObject({ ...failed, text: "" });
    expect(await outcome(() => Promise.reject(undefined))).toMatchObject({ ...failed, text: "" });
    expect(await outcome(() => {})).toMatchObject({ response: 200, status: "done", text: "" });
  });

  test("may end with half a character, or a CR", async () => {
    const parts =
      (...pieces: string[]) =>
      ({ append }: GenerateContext) => {
        for (const piece of pieces) append(piece);
      };
    expect(await outcome(parts("a\r", "\nb\r", "c\r"))).toMatchObject({ text: "a\nb\nc\n" });
    expect(await outcome(parts("a\ud83d", "\ude00b"))).toMatchObject({ text: "a😀b" });
    expect(await outcome(parts("a\ud83d"))).toMatchObject({ text: "a\ufffd" });
    expect(await outcome(parts("\udc00a", "\ud83d", "b"))).toMatchObject({
      text: "\ufffda\ufffdb",
    });
  });

  test("may append only strings; the error names the type of everything else", async () => {
    for (const [value, kind] of [
      [undefined, "undefined"],
      [null, "null"],
      [["a"], "an array"],
      [new Uint8Array(1), "an object"],
    ] as const) {
      const { errors, status } = await outcome(({ append }) => append(value as never));
      expect(status).toBe("error");
      expect(errors).toMatchObject([
        { message: expect.stringMatching(new RegExp(`received ${kind}\\. Use append\\.from`)) },
      ]);
    }
  });

  test("may not append after its end: append throws, and nothing changes", async () => {
    const late = gate<unknown>();
    const result = await outcome(({ append }) => {
      append("In time.");
      setTimeout(() => {
        try {
          append("Too late.");
        } catch (error) {
          late.open(error);
        }
      }, 30);
    });
    expect(result).toMatchObject({ status: "done", text: "In time." });
    expect(await late.opened).toMatchObject({ name: "AbortError", reason: "closed" });
  });
});

test("what `onFinish` throws is reported to `onError`, and the stream stays done", async () => {
  const kept: Promise<unknown>[] = [];
  const fixture = await startFixture("memory", {
    generate: ({ append }) => append("Done."),
    onFinish: () => {
      throw new Error("the table is locked");
    },
    waitUntil: (promise) => void kept.push(promise),
  });
  const id = await fixture.create();
  expect(await (await fixture.drive(id)).text()).toBe("Done.");
  expect(await kept[0]).toMatchObject({ status: "done" });
  expect(fixture.errors).toMatchObject([{ message: "the table is locked" }]);
  expect(await fixture.streams.status(id)).toMatchObject({ status: "done" });
});

test("`onFinish` is called even if the store fails for a moment after the last flush", async () => {
  let failures = 3;
  const finished = gate<unknown>();
  const fixture = await startFixture("memory", {
    generate: ({ append }) => append("Done."),
    onFinish: finished.open,
    around: (store) => ({
      ...store,
      async read(id, offset, maxBytes) {
        if (failures-- > 0) throw new Error("the store is away");
        return store.read(id, offset, maxBytes);
      },
    }),
  });
  const id = await fixture.create();
  expect(await (await fixture.drive(id)).text()).toBe("Done.");
  expect(await finished.opened).toEqual({ id, text: "Done.", status: "done" });
  expect(fixture.errors).toHaveLength(3);
});

test("`onFinish` is not called if the store stays away for two leases", async () => {
  const kept: Promise<unknown>[] = [];
  const fixture = await startFixture("memory", {
    leaseMs: 100,
    generate: ({ append }) => append("Done."),
    onFinish: () => expect.unreachable(),
    waitUntil: (promise) => void kept.push(promise),
    around: (store) => ({
      ...store,
      read: () => Promise.reject(new Error("the store is away")),
    }),
  });
  await (await fixture.drive(await fixture.create())).text();
  expect(await kept[0]).toMatchObject({ status: "done" });
  expect(fixture.errors.length).toBeGreaterThan(1);
});
