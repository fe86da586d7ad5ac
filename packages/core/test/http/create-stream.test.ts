import { expect, test } from "vitest";
import { createStreamClient, type StreamClientOptions, StreamError } from "../../src/index.ts";

/** A client whose requests get this answer, and the requests. */
function clientOf(answer: () => Response, more: Partial<StreamClientOptions> = {}) {
  const sent: [url: string, init: RequestInit][] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    sent.push([url, init]);
    init.signal?.throwIfAborted();
    return answer();
  }) as typeof globalThis.fetch;
  const client = createStreamClient({ url: "http://server/streams/", fetch, ...more });
  return { client, sent };
}

const made = () => Response.json({ id: "made" }, { status: 201 });

test("create sends one POST with the client's headers and credentials, and returns the id", async () => {
  const { client, sent } = clientOf(made, {
    headers: async () => ({ authorization: "token" }),
    credentials: "include",
  });
  expect(await client.create({ id: "mine", tags: ["chat:7"] })).toBe("made");
  expect(sent.length).toBe(1);
  const [url, { method, body, headers, credentials }] = sent[0]!;
  expect([url, method, credentials]).toEqual(["http://server/streams", "POST", "include"]);
  expect(JSON.parse(String(body))).toEqual({ id: "mine", tags: ["chat:7"] });
  expect(Object.fromEntries(headers as Headers)).toEqual({
    authorization: "token",
    "content-type": "application/json",
  });
});

test("create without options sends an empty object", async () => {
  const { client, sent } = clientOf(made);
  expect(await client.create()).toBe("made");
  expect(sent[0]![1].body).toBe("{}");
});

test.each([
  [() => new Response("The id is taken.", { status: 409 }), "rejected", "The id is taken."],
  [() => new Response("Say `tags`.", { status: 400 }), "rejected", "Say `tags`."],
  [() => new Response("", { status: 401 }), "unauthorized", "401"],
  [() => new Response("Deleted.", { status: 410 }), "not_found", "Deleted."],
  [() => new Response("", { status: 503 }), "server", "503"],
  [() => new Response("<html>", { status: 200 }), "protocol", "Is it a login page"],
  [() => Response.json({ key: 1 }), "protocol", "without { id } as JSON"],
  [() => Response.json(null), "protocol", "without { id } as JSON"],
  [() => Promise.reject(new TypeError("fetch failed")) as never, "network", "fetch failed"],
] as const)("create: answer %# is an error of the code %s", async (answer, code, words) => {
  const { client, sent } = clientOf(answer);
  const error = await client.create().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StreamError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(sent.length).toBe(1);
});

test("create that is aborted rejects with the signal's reason", async () => {
  const { client } = clientOf(made);
  const reason = new Error("left");
  await expect(client.create({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("create needs the client's own server", async () => {
  const source = { follow() {} };
  await expect(createStreamClient({ source }).create()).rejects.toMatchObject({
    code: "rejected",
    message: "Give createStreamClient a `url`.",
  });
});
