import { describe, expect, test } from "vitest";
import type { GenerateContext, Store } from "../../src/index.ts";
import { sleep, startRig } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

/** What becomes of a stream whose generation is `generate`. */
async function outcome(generate: (context: GenerateContext) => unknown, limits = {}) {
  const rig = await startRig("memory", { generate, limits });
  const id = await rig.create();
  const response = await rig.drive(id);
  const driven = await response.text();
  const stored = await rig.streams.read(id);
  expect(driven).toBe(stored?.text);
  return { response: response.status, ...stored, errors: rig.errors };
}

describe("the whole text's limit", () => {
  const overflow = { status: "error", error: "overflow", errors: [] };

  test("one large piece is kept up to it, cut on a character", async () => {
    const limits = { textBytes: 11 };
    expect(await outcome(({ append }) => append("é".repeat(100)), limits)).toMatchObject({
      ...overflow,
      text: "é".repeat(5),
      length: 10,
    });
  });

  test("what came last counts, though it was not taken in when `generate` returned", async () => {
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

describe("how a generation may go", () => {
  const failed = { response: 200, status: "error", error: "generation" };

  test("it throws before its first word, or never says one", async () => {
    const broken = () => {
      throw new Error("no model");
    };
    expect(await outcome(broken)).toMatchObject({ ...failed, text: "" });
    expect(await outcome(() => Promise.reject(undefined))).toMatchObject({ ...failed, text: "" });
    expect(await outcome(() => {})).toMatchObject({ response: 200, status: "done", text: "" });
  });

  test("half a character, or a CR, at its end", async () => {
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

  test("what is no string is refused, with its kind", async () => {
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

  test("it appends when it is over: that is refused, and changes nothing", async () => {
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

test("an `onFinish` that throws is told to `onError`, and the stream stays done", async () => {
  const kept: Promise<unknown>[] = [];
  const rig = await startRig("memory", {
    generate: ({ append }) => append("Done."),
    onFinish: () => {
      throw new Error("the table is locked");
    },
    waitUntil: (promise) => void kept.push(promise),
  });
  const id = await rig.create();
  expect(await (await rig.drive(id)).text()).toBe("Done.");
  expect(await kept[0]).toMatchObject({ status: "done" });
  expect(rig.errors).toMatchObject([{ message: "the table is locked" }]);
  expect(await rig.streams.status(id)).toMatchObject({ status: "done" });
});

test("a store that fails for a moment after the last flush keeps no `onFinish` from being told", async () => {
  let failures = 3;
  const finished = gate<unknown>();
  const rig = await startRig("memory", {
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
  const id = await rig.create();
  expect(await (await rig.drive(id)).text()).toBe("Done.");
  expect(await finished.opened).toEqual({ id, text: "Done.", status: "done" });
  expect(rig.errors).toHaveLength(3);
});

test("an `onFinish` is given up where the store stays away for two leases", async () => {
  const kept: Promise<unknown>[] = [];
  const rig = await startRig("memory", {
    lease: 100,
    generate: ({ append }) => append("Done."),
    onFinish: () => expect.unreachable(),
    waitUntil: (promise) => void kept.push(promise),
    around: (store) => ({
      ...store,
      read: () => Promise.reject(new Error("the store is away")),
    }),
  });
  await (await rig.drive(await rig.create())).text();
  expect(await kept[0]).toMatchObject({ status: "done" });
  expect(rig.errors.length).toBeGreaterThan(1);
});

test("streams.read gives text and status of one moment", async () => {
  const go = gate();
  const reading = gate();
  let held = false;
  const rig = await startRig("memory", {
    around: (store: Store): Store => ({
      ...store,
      async read(...args) {
        const page = await store.read(...args);
        if (held) {
          reading.open();
          await ended.opened;
        }
        return page;
      },
    }),
    generate: async ({ append }) => {
      append("First. ");
      await go.opened;
      append("Second.");
    },
  });
  const ended = gate();
  const id = await rig.create();
  const driven = (await rig.drive(id)).text();
  await expect.poll(async () => (await rig.streams.status(id))?.length).toBe(7);
  held = true;
  const snapshot = rig.streams.read(id);
  await reading.opened;
  go.open();
  expect(await driven).toBe("First. Second.");
  ended.open();
  const { text, length, status } = (await snapshot)!;
  expect(length).toBe(text.length);
  expect([text, status]).toEqual(["First. ", "streaming"]);
});

test("a reader whose read fails gives its place free", async () => {
  let broken = true;
  const rig = await startRig("memory", {
    limits: { followersPerStream: 1 },
    around: (store: Store): Store => ({
      ...store,
      // The first page is read; what comes behind it is not.
      read: async (id, offset, maxBytes) => {
        if (broken && offset > 0) throw new Error("the store is away");
        return store.read(id, offset, maxBytes);
      },
    }),
    generate: async ({ append, signal }) => {
      append("x".repeat(200_000));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await rig.create();
  await rig.drive(id);
  await expect.poll(async () => (await rig.streams.status(id))?.length).toBe(200_000);
  for (const live of ["sse", "text"]) {
    broken = true;
    const first = await rig.get(id, `?live=${live}&offset=-1`);
    expect(first.status).toBe(200);
    await first.text().catch(() => {});
    broken = false;
    await expect
      .poll(async () => {
        const leave = new AbortController();
        const again = await fetch(`${rig.base}/${id}?live=${live}&offset=now`, {
          signal: leave.signal,
        });
        leave.abort();
        return again.status;
      })
      .toBe(200);
    await sleep(0);
  }
});

test("close waits for a drive that is being claimed, and cuts it off too", async () => {
  const claiming = gate();
  const go = gate();
  const rig = await startRig("memory", {
    around: (store: Store): Store => ({
      ...store,
      async claim(...args) {
        claiming.open();
        await go.opened;
        return store.claim(...args);
      },
    }),
    generate: ({ append, signal }) => {
      append("So far.");
      return new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await rig.create();
  const driven = rig.drive(id);
  await claiming.opened;
  const closed = rig.streams.close();
  go.open();
  await closed;
  expect(await rig.store.status(id)).toMatchObject({ status: "timeout" });
  await (await driven).text();
});

test("a stop that a server has not heard of yet is kept when that server is closed", async () => {
  const rig = await startRig("memory", {
    // Another server stores the stop, and its wake-up is still on the way.
    around: (store: Store): Store => ({ ...store, watch: async () => () => {} }),
    generate: ({ append, signal }) => {
      append("So far.");
      return new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await rig.create();
  const driven = await rig.drive(id);
  await rig.store.stop(id);
  await rig.streams.close();
  expect(await rig.streams.read(id)).toMatchObject({ status: "stopped", text: "So far." });
  await driven.text();
});
