import { describe, expect, test } from "vitest";
import { finished, instant, UNKNOWN } from "../harness/answers.ts";
import { startFixture } from "../harness/fixture.ts";

describe("cors", () => {
  const from = (origin: string) => ({ headers: { origin } });
  const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

  test("is closed by default", async () => {
    const fixture = await startFixture("memory", instant);
    const id = await finished(fixture);
    expect(allowed(await fetch(`${fixture.base}/${id}`, from("https://a.example")))).toBeNull();
    const preflight = await fetch(`${fixture.base}/${id}/drive`, {
      method: "OPTIONS",
      headers: { origin: "https://a.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(allowed(preflight)).toBeNull();
  });

  test("allows the origins that it names, with the headers of the wire, errors included", async () => {
    const fixture = await startFixture("memory", {
      ...instant,
      cors: { origin: ["https://a.example"], credentials: true },
    });
    const id = await finished(fixture);
    for (const path of [`/${id}`, `/${id}?live=text`, `/${UNKNOWN}`]) {
      const response = await fetch(fixture.base + path, from("https://a.example"));
      expect(allowed(response)).toBe("https://a.example");
      expect(response.headers.get("access-control-allow-credentials")).toBe("true");
      expect(response.headers.get("access-control-expose-headers")).toContain("Stream-Status");
      expect(response.headers.get("vary")).toContain("Origin");
      expect(allowed(await fetch(fixture.base + path, from("https://b.example")))).toBeNull();
    }
    const preflight = await fetch(`${fixture.base}/${id}/drive`, {
      method: "OPTIONS",
      headers: {
        origin: "https://a.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
      },
    });
    expect(preflight.headers.get("access-control-allow-headers")).toBe(
      "authorization, content-type",
    );
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
  });
});

test("if `cors.origin` throws, the origin is not allowed, and the answer is sent all the same", async () => {
  const fixture = await startFixture("memory", {
    ...instant,
    cors: {
      origin: () => {
        throw new Error("no list of origins");
      },
    },
  });
  const headers = { origin: "https://a.example" };
  const response = await fetch(`${fixture.base}/${await fixture.create()}`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  expect(fixture.errors).toHaveLength(1);
});

test.each([
  ["a promise", Promise.resolve(false)],
  ["a word", "no"],
])(
  "if `cors.origin` returns %s, the origin is not allowed, and `onError` says so",
  async (_, returned) => {
    const fixture = await startFixture("memory", {
      ...instant,
      cors: { origin: () => returned as unknown as boolean },
    });
    const headers = { origin: "https://a.example" };
    const response = await fetch(`${fixture.base}/${await fixture.create()}`, { headers });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(fixture.errors).toMatchObject([{ message: expect.stringContaining("`cors.origin`") }]);
  },
);

test("caches keep a preflight's answers apart by the headers that it asks for", async () => {
  const fixture = await startFixture("memory", { ...instant, cors: { origin: "*" } });
  const response = await fetch(fixture.base, {
    method: "OPTIONS",
    headers: { origin: "https://a.example", "access-control-request-headers": "x-one" },
  });
  expect(response.headers.get("vary")).toContain("Access-Control-Request-Headers");
  expect(response.headers.get("access-control-allow-headers")).toBe("x-one");
});
