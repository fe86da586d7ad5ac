import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { instant } from "../harness/answers.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

describe("every answer about a stream has Stream-Status", () => {
  test("refusals have it too", async () => {
    const go = gate();
    const fixture = await startFixture("memory", {
      limits: { inputBytes: 10, followersPerStream: 1, streams: 1 },
      parseInput: (raw) => {
        if (raw === "bad") throw new Error("Say something else.");
        return raw;
      },
      generate: async ({ append }) => {
        append("aé😀. ");
        await go.opened;
      },
    });
    const [streaming, pending] = [await fixture.create(), await fixture.create()];
    const driven = await fixture.drive(streaming);
    await expect.poll(async () => (await fixture.streams.status(streaming))?.length).toBe(9);
    const leave = new AbortController();
    await fetch(`${fixture.base}/${streaming}?live=text`, { signal: leave.signal });
    const answers: [string, number, () => Promise<Response>][] = [
      ["streaming", 400, () => fixture.get(streaming, "?offset=nowhere")],
      ["streaming", 400, () => fixture.get(streaming, "?live=never&offset=0")],
      ["streaming", 400, () => fixture.get(streaming, "?offset=2")],
      ["streaming", 429, () => fixture.get(streaming, "?live=text")],
      ["streaming", 429, () => fixture.get(streaming, "?live=sse&offset=-1")],
      ["streaming", 409, () => fixture.drive(streaming)],
      ["pending", 429, () => fixture.drive(pending, "good")],
      ["pending", 400, () => fixture.drive(pending, "bad")],
      ["pending", 413, () => fixture.drive(pending, "x".repeat(100))],
    ];
    for (const [status, code, answer] of answers) {
      const response = await answer();
      expect([response.status, response.headers.get("stream-status")]).toEqual([code, status]);
      await response.text();
    }
    leave.abort();
    go.open();
    await driven.text();
    const etag = (await fixture.get(streaming)).headers.get("etag")!;
    const headers = { "if-none-match": etag };
    const same = await fetch(`${fixture.base}/${streaming}`, { headers });
    expect([same.status, same.headers.get("stream-status")]).toEqual([304, "done"]);
    expect(fixture.errors).toEqual([]);
  });

  test("a wrong offset does not reveal whether a stream exists", async () => {
    const fixture = await startFixture("memory", instant);
    expect((await fixture.get("a".repeat(22), "?offset=nowhere")).status).toBe(404);
  });
});

test("a live follower receives the text, its chunks' framing, and lean headers", async () => {
  const fixture = await startFixture("memory", instant);
  const id = await fixture.create();
  const { port } = new URL(fixture.base);
  /** The bytes of an answer that are not its body's. */
  const overhead = async (path: string) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(`GET /api/streams/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    let answer = "";
    for await (const chunk of socket.setEncoding("latin1")) answer += chunk;
    return answer.indexOf("\r\n\r\n") + 4;
  };
  const following = overhead(`${id}?live=text`);
  await (await fixture.drive(id)).text();
  // Of a text of 8 KB, whose chunks' framing is some 1.1 KB, a fifth is 1.6 KB.
  expect(await following).toBeLessThanOrEqual(330);
  expect(await overhead(`${id}?offset=10`)).toBeLessThanOrEqual(380);
});
