import { createStreamClient, type StreamClientOptions } from "@twinstream/core";
import { type ClientOrOptions, followClient } from "@twinstream/core/bindings";
import { expect, test } from "vitest";

/** Options whose requests are recorded, by their `authorization`. */
function recorded(options: StreamClientOptions): { sent: unknown[]; options: StreamClientOptions } {
  const sent: unknown[] = [];
  const fetch = async (_input: RequestInfo | URL, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get("authorization"));
    return Response.json({ id: "an-id" }, { status: 201 });
  };
  return { sent, options: { fetch, ...options } };
}

test("a client is used as it is, also if it is another one later", () => {
  const [first, second] = [1, 2].map(() => createStreamClient({ url: "/api/streams" }));
  let current = first!;
  const client = followClient(() => current);
  expect(client()).toBe(first);
  current = second!;
  expect(client()).toBe(second);
});

test("options make one client, whose requests have the headers of now", async () => {
  const { sent, options } = recorded({ url: "/api/streams" });
  let headers: StreamClientOptions["headers"] = { authorization: "first" };
  const client = followClient(() => ({ ...options, headers }));
  const first = client();
  await first.create();
  headers = async () => ({ authorization: "second" });
  await first.create();
  headers = undefined;
  await first.create();
  expect(client()).toBe(first);
  expect(sent).toEqual(["first", "second", null]);
});

test("another url makes another client, the same one as a URL does not", () => {
  let url: string | URL = "http://localhost/api/streams";
  const client = followClient(() => ({ url }));
  const first = client();
  url = new URL(url);
  expect(client()).toBe(first);
  url = "http://localhost/other";
  const second = client();
  expect(second).not.toBe(first);
  expect(client()).toBe(second);
});

test.each([undefined, null, "/api/streams"])("%j is neither a client nor its options", (given) => {
  expect(() => followClient(() => given as unknown as ClientOrOptions)()).toThrow(
    `Provide a stream client or the options of one, not ${given}.`,
  );
});
