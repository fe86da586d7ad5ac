import { connect } from "node:net";
import { expect, test } from "vitest";
import { finished, instant } from "../harness/answers.ts";
import { startRig } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

test("stop: a pending stream is stopped at once, an ended one stays as it is", async () => {
  const rig = await startRig("memory", instant);
  const pending = await rig.create();
  const stop = (id: string) => fetch(`${rig.base}/${id}/stop`, { method: "POST" });
  expect((await stop(pending)).headers.get("stream-status")).toBe("stopped");
  expect((await rig.drive(pending)).status).toBe(409);
  expect((await stop(await finished(rig))).headers.get("stream-status")).toBe("done");
});

test("delete: it is gone, its generation is told, its followers are sent away", async () => {
  const told = gate<unknown>();
  const rig = await startRig("memory", {
    generate: async ({ append, signal }) => {
      append("One. ");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      told.open(signal.reason);
    },
  });
  const id = await rig.create();
  const driven = await rig.drive(id);
  const following = await rig.get(id, "?live=text");
  expect((await fetch(`${rig.base}/${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await told.opened).toMatchObject({ name: "AbortError" });
  await Promise.all([driven.text(), following.text()]);
  expect((await rig.get(id)).status).toBe(404);
});

test("an offset beyond what is stored: catch-up is empty, and live waits for more", async () => {
  const go = gate();
  const rig = await startRig("memory", {
    generate: async ({ append }) => {
      append("12345. ");
      await go.opened;
      append("890");
    },
  });
  const id = await rig.create();
  const driven = rig.drive(id).then((response) => response.text());
  await expect.poll(async () => (await rig.streams.status(id))?.length).toBe(7);
  const ahead = await rig.get(id, "?offset=9");
  expect([ahead.status, await ahead.text()]).toEqual([200, ""]);
  expect(ahead.headers.get("stream-status")).toBe("streaming");
  const live = await rig.get(id, "?offset=9&live=text");
  go.open();
  expect(await live.text()).toBe("0");
  expect(await driven).toBe("12345. 890");
  const beyond = await rig.get(id, "?offset=99&live=text");
  expect([beyond.headers.get("stream-status"), await beyond.text()]).toEqual(["done", ""]);
});

test("a driver that leaves cancels nothing (a disconnect is not a stop)", async () => {
  const left = gate();
  const rig = await startRig("memory", {
    generate: async ({ append, signal }) => {
      append("One. ");
      await left.opened;
      append("Two.");
      expect(signal.aborted).toBe(false);
    },
  });
  const id = await rig.create();
  const abort = new AbortController();
  const response = await fetch(`${rig.base}/${id}/drive`, { method: "POST", signal: abort.signal });
  await response.body!.getReader().read();
  abort.abort();
  left.open();
  await expect
    .poll(() => rig.streams.read(id))
    .toMatchObject({ status: "done", text: "One. Two." });
});

test("a live follower is sent the text, its chunks' framing, and lean headers", async () => {
  const rig = await startRig("memory", instant);
  const id = await rig.create();
  const { port } = new URL(rig.base);
  /** The bytes of an answer that are not its body's. */
  const overhead = async (path: string) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(`GET /api/streams/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    let answer = "";
    for await (const chunk of socket.setEncoding("latin1")) answer += chunk;
    return answer.indexOf("\r\n\r\n") + 4;
  };
  const following = overhead(`${id}?live=text`);
  await (await rig.drive(id)).text();
  // Of a text of 8 KB, whose chunks' framing is some 1.1 KB, a fifth is 1.6 KB.
  expect(await following).toBeLessThanOrEqual(330);
  expect(await overhead(`${id}?offset=10`)).toBeLessThanOrEqual(380);
});
