import { expect, test } from "vitest";
import type { StreamError } from "../../src/lib/errors.ts";
import { send } from "../../src/lib/http/send.ts";
import type { StreamRequest } from "../../src/lib/types.ts";

async function refusedWith(retryAfter?: string): Promise<StreamError> {
  const context = {
    headers: async () => new Headers(),
    alive() {},
    fetch: async () =>
      new Response("busy", {
        status: 503,
        headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
      }),
  } as unknown as StreamRequest;
  return send(context, "/").then(
    () => expect.unreachable(),
    (error: StreamError) => error,
  );
}

test("Retry-After is taken in seconds", async () => {
  expect((await refusedWith("7")).retryAfterMs).toBe(7000);
});

test("Retry-After is taken as a date", async () => {
  const { retryAfterMs } = await refusedWith(new Date(Date.now() + 3_600_000).toUTCString());
  // A date has whole seconds, and the test may be slow.
  expect(retryAfterMs).toBeGreaterThan(3_500_000);
  expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
});

test.each([[undefined], [""], ["soon"]])("a Retry-After of %j asks for nothing", async (header) => {
  expect((await refusedWith(header)).retryAfterMs).toBeUndefined();
});
