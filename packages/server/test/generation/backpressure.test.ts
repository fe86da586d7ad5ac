import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Store, StoreAppend } from "../../src/index.ts";
import { sleep, startFixture } from "../harness/fixture.ts";
import { collectGarbage } from "../harness/garbage.ts";
import { gate } from "../harness/gate.ts";

/** `store` with something before each append. */
const beforeAppend =
  (wait: (append: StoreAppend) => Promise<void>) =>
  (store: Store): Store => ({
    ...store,
    append: async (id, append) => {
      await wait(append);
      return store.append(id, append);
    },
  });

test("100 drivers that never read: every generation ends, and memory stays bounded (invariant 11)", async () => {
  const drivers = 100;
  const size = 512 * 1024;
  const piece = "0123456789 abcde".repeat(256);
  const fixture = await startFixture("sqlite", {
    generate: async ({ append }) => {
      for (let made = 0; made < size; made += piece.length) {
        await append(piece);
        await sleep(0);
      }
    },
  });
  const ids = await Promise.all(Array.from({ length: drivers }, fixture.create));
  const { port } = new URL(fixture.base);
  const memory = () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = memory();
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const id of ids) {
    const socket = connect(Number(port), "127.0.0.1").pause();
    socket.on("error", () => {});
    socket.write(`POST /api/streams/${id}/drive HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
    sockets.push(socket);
  }
  for (const id of ids) {
    await expect
      .poll(async () => (await fixture.streams.status(id))?.status, {
        timeout: 120_000,
        interval: 50,
      })
      .toBe("done");
    expect((await fixture.streams.status(id))?.length).toBe(size);
  }
  // The text of all is 50 MiB. A busy machine lets go of the last of it a moment after the end.
  let held = 0;
  await expect
    .poll(
      () => {
        held = memory() - before;
        return held;
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBeLessThan(25 * 1024 * 1024);
  console.log(
    `100 stalled drivers of ${size / 1024} KiB each hold ${(held / 1024 / 1024).toFixed(1)} MiB`,
  );

  // One of them reads after all: bytes that memory has dropped come from the store.
  const [socket] = sockets;
  let body = "";
  socket!.setEncoding("latin1").on("data", (text) => {
    body += text;
  });
  socket!.resume();
  await expect.poll(() => body.endsWith("\r\n0\r\n\r\n"), { timeout: 60_000 }).toBe(true);
  expect(unchunked(body.slice(body.indexOf("\r\n\r\n") + 4))).toBe(
    piece.repeat(size / piece.length),
  );
}, 180_000);

/** The text of a chunked HTTP body. */
function unchunked(body: string): string {
  let text = "";
  for (let at = 0; ; ) {
    const end = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.slice(at, end), 16);
    if (size === 0) return text;
    text += body.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}

test("a store that hangs holds up no driven text; then one write brings the rest (invariant 11)", async () => {
  const store = gate();
  const writes: number[] = [];
  const seen: (() => void)[] = [];
  const fixture = await startFixture("sqlite", {
    around: beforeAppend(({ bytes }) => {
      writes.push(bytes.length);
      return store.opened;
    }),
    generate: async ({ append }) => {
      for (let n = 0; n < 200; n++) {
        // Each word is made only when the driver has read the one before.
        const read = gate();
        seen.push(read.open);
        append(`word ${n}. `);
        await read.opened;
      }
    },
  });
  const id = await fixture.create();
  const response = await fixture.drive(id);
  let text = "";
  const reading = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      seen.shift()?.();
    }
  })();
  const whole = Array.from({ length: 200 }, (_, n) => `word ${n}. `).join("");
  await expect.poll(() => text, { timeout: 30_000 }).toBe(whole);
  expect(writes).toHaveLength(1);
  expect(await fixture.streams.status(id)).toMatchObject({ status: "streaming", length: 0 });
  store.open();
  await reading;
  expect(writes).toHaveLength(2);
  expect(await fixture.streams.read(id)).toMatchObject({ status: "done", text: whole });
});

test("a store of 500 ms a write gets fewer, bigger writes, and the driven text its pace", async () => {
  const tokens = Array.from({ length: 150 }, (_, n) => `Word ${n}. `);
  const run = async (delay: number) => {
    let writes = 0;
    const fixture = await startFixture("sqlite", {
      around: beforeAppend(async () => {
        writes++;
        await sleep(delay);
      }),
      generate: async ({ append }) => {
        for (const token of tokens) {
          append(token);
          await sleep(10);
        }
      },
    });
    const id = await fixture.create();
    const began = performance.now();
    const response = await fixture.drive(id);
    let text = "";
    let lastText = began;
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      lastText = performance.now();
    }
    expect(text).toBe(tokens.join(""));
    expect((await fixture.streams.read(id))?.text).toBe(text);
    return { writes, ms: Math.round(lastText - began) };
  };
  const fast = await run(0);
  const slow = await run(500);
  console.log(
    `a store of 0 ms a write: ${fast.writes} writes, text in ${fast.ms} ms; of 500 ms: ${slow.writes} writes, ${slow.ms} ms`,
  );
  expect(slow.writes).toBeLessThan(fast.writes);
});

test("over the bound of unwritten text the stream ends in error, and what was written stays", async () => {
  const store = gate();
  const ended = gate<unknown>();
  const fixture = await startFixture("sqlite", {
    limits: { unflushedBytes: 1000 },
    around: beforeAppend(() => store.opened),
    generate: async ({ append, signal }) => {
      try {
        for (;;) {
          append("0123456789");
          await sleep(1);
        }
      } catch (error) {
        expect(signal.aborted).toBe(true);
        ended.open(error);
        throw error;
      }
    },
  });
  const id = await fixture.create();
  const driven = fixture.drive(id).then((response) => response.text());
  expect(await ended.opened).toMatchObject({ name: "AbortError", reason: "overflow" });
  store.open();
  const text = await driven;
  expect(text.length).toBeGreaterThan(1000);
  expect(await fixture.streams.read(id)).toMatchObject({
    status: "error",
    error: "overflow",
    text,
  });
});

test("a generation that is faster than its store is slowed, not ended", async () => {
  const piece = "0123456789 abcde".repeat(4096);
  const fixture = await startFixture("sqlite", {
    around: beforeAppend(() => sleep(20)),
    generate: async ({ append }) => {
      for (let n = 0; n < 64; n++) await append(piece);
      // More at once than may be unwritten.
      append(piece.repeat(20));
    },
  });
  const id = await fixture.create();
  const text = await (await fixture.drive(id)).text();
  expect(text.length).toBe(84 * piece.length);
  expect(await fixture.streams.status(id)).toMatchObject({ status: "done", length: text.length });
});

test("a text over its limit ends in error, with what was written kept", async () => {
  const fixture = await startFixture("memory", {
    limits: { textBytes: 100 },
    generate: async ({ append }) => {
      for (;;) await append("0123456789");
    },
  });
  const id = await fixture.create();
  await (await fixture.drive(id)).text();
  expect(await fixture.streams.status(id)).toMatchObject({ status: "error", error: "overflow" });
});
