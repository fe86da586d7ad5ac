import { afterEach, expect, test } from "vitest";
import { anyoneWithId, createStreamServer, type Streams } from "../../src/index.ts";
import type { Store } from "../../src/lib/options/store.ts";
import { memoryStore } from "../../src/memory.ts";

let streams: Streams | undefined;

afterEach(() => streams?.close());

/** Starts a server on a store with faulty methods. */
function onFaultyStore(faults: Partial<Store>): { streams: Streams; errors: unknown[] } {
  const errors: unknown[] = [];
  streams = createStreamServer({
    store: { ...memoryStore(), ...faults },
    authorize: anyoneWithId(),
    generate: ({ append }) => append("Hello."),
    onError: (error) => errors.push(error),
  });
  return { streams, errors };
}

const away = async (): Promise<never> => {
  throw new Error("the store is away");
};

test("a claim on a store that is away does not end the process", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    const { streams, errors } = onFaultyStore({ claim: away, watch: away });
    const id = await streams.create();
    const response = await streams.handler(
      new Request(`http://localhost/api/streams/${id}/drive`, { method: "POST" }),
    );
    expect(response.status).toBe(503);
    // Rejections are reported once the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    expect(errors).not.toEqual([]);
    expect(await streams.status(id)).toMatchObject({ status: "pending" });
  } finally {
    process.off("unhandledRejection", note);
  }
});

test("a sweep reports a store that throws instead of rejecting to `onError`, and does not end the process", async () => {
  const { streams, errors } = onFaultyStore({
    sweep() {
      throw new Error("the store is closed");
    },
  });
  expect(await streams.sweep()).toBe(0);
  expect(errors).toMatchObject([{ message: "the store is closed" }]);
});
