import { expect, test } from "vitest";
import { type Asking, ask } from "../../src/question/ask.ts";
import { startQuestionServer } from "../../src/question/server.ts";
import { countingProxy } from "../../src/run/counting-proxy.ts";
import { inVirtualTime } from "../../src/run/virtual-time.ts";

const DELAY_MS = 80;

/** Asks over real sockets, on a clock that stands still while bytes are on their way in the machine. */
const asked = (how: Asking) =>
  inVirtualTime(async () => {
    const server = await startQuestionServer();
    const proxy = await countingProxy(server.port, DELAY_MS);
    try {
      const ms = await ask(proxy.port, how);
      const requests = server.requests().map((request) => request.replace(/[\w-]{22}/, "ID"));
      return { ms, requests };
    } finally {
      await proxy.close();
      await server.close();
    }
  });

test("a drive that creates its stream is the one request of a question, and saves a round trip", async () => {
  const one = await asked("creating drive");
  const two = await asked("create, then drive");
  expect(one.requests).toEqual(["POST /s/ID/drive?create=1"]);
  expect(two.requests).toEqual(["POST /s", "POST /s/ID/drive"]);
  expect(two.ms - one.ms).toBe(2 * DELAY_MS);
});
