import { describe, expect, test } from "vitest";
import { codeOf, finished, instant, UNKNOWN } from "../harness/answers.ts";
import { startFixture } from "../harness/fixture.ts";

describe("bad input gets a short JSON error that says what is wrong", () => {
  test.each([
    ["GET", `/${UNKNOWN}`, 404],
    ["GET", `/${UNKNOWN}?live=text`, 404],
    ["GET", `/${UNKNOWN}?live=sse&offset=-1`, 404],
    ["GET", `/${UNKNOWN}?live=long-poll&offset=now`, 404],
    ["HEAD", `/${UNKNOWN}`, 404],
    ["POST", `/${UNKNOWN}/drive`, 404],
    ["POST", `/${UNKNOWN}/stop`, 404],
    ["DELETE", `/${UNKNOWN}`, 404],
    ["GET", "/short", 404],
    ["GET", "/%ff%fe", 404],
    ["GET", "/%2e%2e%2fetc", 404],
    ["GET", `/${"x".repeat(5000)}`, 404],
    ["GET", `/${UNKNOWN}/drive/more`, 404],
    ["GET", `/${UNKNOWN}/other`, 404],
    ["GET", "", 405],
    ["POST", `/${UNKNOWN}`, 405],
    ["PUT", `/${UNKNOWN}`, 405],
    ["GET", `/${UNKNOWN}/drive`, 405],
    ["GET", `/${UNKNOWN}/stop`, 405],
  ])("%s %s is %i", async (method, path, status) => {
    const fixture = await startFixture("memory", instant);
    const response = await fetch(fixture.base + path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    if (status === 405) expect(response.headers.get("allow")).toContain("OPTIONS");
    if (method !== "HEAD") {
      expect(await codeOf(response)).toBe(status === 404 ? "not_found" : "method_not_allowed");
    }
    expect(fixture.errors).toEqual([]);
  });

  test.each([
    "?offset=",
    "?offset=-2",
    "?offset=1.5",
    "?offset=1e3",
    "?offset=0x10",
    "?offset=99999999999999999999",
    "?offset=9999999999999999",
    "?offset=%00",
    "?offset=1&offset=2",
    "?offset=%F0%9F%98%80",
    "?live=maybe&offset=0",
    "?live=text&live=sse&offset=0",
    "?live=sse",
    "?live=long-poll",
    "?offset=2",
    "?offset=2&live=text",
    "?offset=2&live=sse",
    "?offset=7",
  ])("GET %s is 400", async (query) => {
    const fixture = await startFixture("memory", instant);
    const response = await fixture.get(await finished(fixture), query);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toMatch(/^bad_(offset|live)$/);
  });

  test("a body that is not JSON is 400, a body over the limit 413, and the stream stays pending", async () => {
    const fixture = await startFixture("memory", { ...instant, limits: { inputBytes: 100 } });
    const id = await fixture.create();
    const post = (body: BodyInit) =>
      fetch(`${fixture.base}/${id}/drive`, { method: "POST", body, duplex: "half" } as RequestInit);
    for (const body of ["{", "nope", new Uint8Array([0x22, 0xff, 0x22])]) {
      const response = await post(body as BodyInit);
      expect([response.status, await codeOf(response)]).toEqual([400, "bad_json"]);
    }
    const large = await post(JSON.stringify("x".repeat(200)));
    expect([large.status, await codeOf(large)]).toEqual([413, "input_too_large"]);
    // Without a length, the limit is met while reading.
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(64)),
    });
    const streamed = await post(endless).catch(() => undefined);
    if (streamed) expect(streamed.status).toBe(413);
    expect(await fixture.streams.status(id)).toMatchObject({ status: "pending" });
    expect(fixture.errors).toEqual([]);
  });
});
