import { expect, test, vi } from "vitest";
import { openai } from "../../src/decoders.ts";
import { createStreamClient, httpDrive, type StreamClientOptions } from "../../src/index.ts";
import { requestOf } from "../sources/recorder.ts";

const stored = (text: string) =>
  new Response(text, {
    headers: {
      "Stream-Status": "done",
      "Stream-Closed": "true",
      "Stream-Next-Offset": "4",
    },
  });

/** A client of a server whose drives get this answer, and the requests, in order. */
function clientOf(drive: () => Response, more: Partial<StreamClientOptions> = {}) {
  const sent: [url: string, init: RequestInit][] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    sent.push([url, init]);
    const offset = Number(new URL(url).searchParams.get("offset"));
    return init.method === "POST" ? drive() : stored("text".slice(offset));
  }) as typeof globalThis.fetch;
  return { client: createStreamClient({ url: "http://server", fetch, ...more }), sent };
}

const driven = { driven: true, create: true } as const;

test.each([
  [true, "http://server/id/drive?create=1"],
  [{}, "http://server/id/drive?create=1"],
  [{ tags: ["chat:7", "a b&c"] }, "http://server/id/drive?create=1&tag=chat%3A7&tag=a%20b%26c"],
  [false, "http://server/id/drive"],
])("create: %j is sent as %s, by the client's drive and by httpDrive()", async (create, url) => {
  for (const drive of [undefined, httpDrive()]) {
    const { client, sent } = clientOf(() => new Response("text"), { drive });
    await client.stream("id", { driven: true, create }).finished;
    expect(sent[0]![0]).toBe(url);
  }
});

test("create of a stream that another caller has asked for before is kept for its drive", async () => {
  const { client, sent } = clientOf(() => new Response("text"));
  client.stream("id", driven);
  await client.stream("id").finished;
  expect(sent[0]![0]).toBe("http://server/id/drive?create=1");
});

test("create by a drive that cannot make streams is refused", () => {
  for (const drive of ["/chat", httpDrive({ url: "/chat" }), { drive() {} }]) {
    const { client } = clientOf(() => new Response("text"), { drive });
    expect(() => client.stream("id", driven)).toThrow(/^client\.stream: `create` needs a drive/);
  }
});

test("credentials go with every request: drive, read and stop", async () => {
  const { client, sent } = clientOf(() => new Response("text"), { credentials: "include" });
  const stream = client.stream("id", { driven: true });
  await Promise.all([stream.finished, stream.stop()]);
  expect(sent.length).toBeGreaterThan(2);
  for (const [, { credentials }] of sent) expect(credentials).toBe("include");
});

const html = (text: string) => () =>
  new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } });

test("C9: a backend of one's own that claims may call its text HTML", async () => {
  const drive = httpDrive({ url: "http://backend/chat", claims: true });
  const { client, sent } = clientOf(html("text"), { drive });
  const stream = client.stream("id", { driven: true });
  const seen: unknown[] = [];
  stream.subscribe(({ error }) => error && seen.push(error));
  expect(await stream.finished).toMatchObject({ text: "text", status: "done" });
  expect(seen).toEqual([]);
  // The text came by the drive: what was read is its end alone.
  expect(sent.map(([url]) => new URL(url).searchParams.get("offset"))).toEqual([
    null,
    "0000000000000004",
  ]);
});

test("HTML of the client's own server is a page of the application's, and no text", async () => {
  const { client } = clientOf(html("<html>"));
  const stream = client.stream("id", { driven: true });
  expect(await stream.finished).toMatchObject({ text: "text", status: "done" });
});

test("a decoder that was not called is an error that says so", async () => {
  const drive = httpDrive({ decode: openai as never });
  const seen: string[] = [];
  const sink = { open() {}, text() {}, taken() {}, end() {} };
  const error = (caught: unknown) => seen.push(String(caught));
  const fetch = async () => new Response("data: [DONE]\n\n");
  await drive.drive(
    { ...requestOf({ id: "id", url: "http://server", fetch }), input: 1 },
    { ...sink, error },
  );
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  expect(seen[0]).toContain("Call the decoder: openai(), not openai.");
});
