import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { countingProxy } from "../../src/run/counting-proxy.ts";
import { inVirtualTime } from "../../src/run/virtual-time.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("ten minutes pass at once, and real sockets take no virtual time", async () => {
  const begun = performance.now();
  const arrived = await inVirtualTime(async () => {
    const server = createServer(async (_request, response) => {
      for (const piece of ["a", "b", "c"]) {
        response.write(piece);
        await wait(200_000);
      }
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const proxy = await countingProxy((server.address() as AddressInfo).port);
    const start = performance.now();
    const pieces: [text: string, ms: number][] = [];
    const response = await fetch(`http://127.0.0.1:${proxy.port}`);
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      pieces.push([piece, performance.now() - start]);
    }
    pieces.push(["end", performance.now() - start]);
    await proxy.close();
    return pieces;
  });
  expect(arrived).toEqual([
    ["a", 0],
    ["b", 200_000],
    ["c", 400_000],
    ["end", 600_000],
  ]);
  // Within the test's own time limit: the clock is the machine's again.
  expect(performance.now() - begun).toBeLessThan(600_000);
});

test("a failure in virtual time rejects, and restores the clock", async () => {
  const { setTimeout } = globalThis;
  await expect(
    inVirtualTime(async () => {
      await wait(1000);
      throw new Error("It went wrong.");
    }),
  ).rejects.toThrow("It went wrong.");
  expect(globalThis.setTimeout).toBe(setTimeout);
});
