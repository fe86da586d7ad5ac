import { describe, expect, test } from "vitest";
import { anyoneWithId, createStreamServer, type StreamServerOptions } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { instant } from "../harness/answers.ts";
import { startFixture } from "../harness/fixture.ts";

describe("authorize", () => {
  test("is required at construction, and so is a store", () => {
    const store = memoryStore();
    expect(() => createStreamServer({ store } as StreamServerOptions)).toThrow(
      /`authorize` is required.*anyoneWithId/,
    );
    expect(() =>
      createStreamServer({ authorize: anyoneWithId() } as unknown as StreamServerOptions),
    ).toThrow(/`store` is required/);
    expect(() =>
      createStreamServer({ store, authorize: anyoneWithId(), limits: { bytes: 1 } as object }),
    ).toThrow(/no option `limits.bytes`/);
  });

  test("is called for each action; false is 403, and its Response is sent (invariant 12)", async () => {
    const asked: unknown[] = [];
    const fixture = await startFixture("memory", {
      ...instant,
      authorize: async ({ action, id, request }) => {
        asked.push([action, id]);
        if (request.headers.get("authorization") === "Bearer me") return true;
        return action === "read" ? Response.json({ login: "please" }, { status: 401 }) : false;
      },
    });
    const id = await fixture.create();
    const routes = [
      ["create", "POST", "", undefined],
      ["read", "GET", `/${id}`, id],
      ["read", "GET", `/${id}?live=text`, id],
      ["read", "HEAD", `/${id}`, id],
      ["drive", "POST", `/${id}/drive`, id],
      ["stop", "POST", `/${id}/stop`, id],
      ["delete", "DELETE", `/${id}`, id],
    ] as const;
    for (const [action, method, path, about] of routes) {
      const response = await fetch(fixture.base + path, { method });
      expect(response.status, `${method} ${path}`).toBe(action === "read" ? 401 : 403);
      expect(asked.pop()).toEqual([action, about]);
    }
    expect(await fixture.streams.status(id)).toMatchObject({ status: "pending" });
    const headers = { authorization: "Bearer me" };
    const driven = await fetch(`${fixture.base}/${id}/drive`, { method: "POST", headers });
    expect(await driven.text()).toBe("aé中😀");
  });

  test("if it throws, the request is refused, and only the server sees the error", async () => {
    const fixture = await startFixture("memory", {
      ...instant,
      authorize: () => {
        throw new Error("the session store is at 10.0.0.7");
      },
    });
    const response = await fixture.get(await fixture.create());
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("10.0.0.7");
    expect(fixture.errors).toHaveLength(1);
  });
});

describe("what `authorize` returns", () => {
  const ask = async (given: () => unknown, cors?: { origin: string }) => {
    const errors: unknown[] = [];
    const streams = createStreamServer({
      ...instant,
      store: memoryStore(),
      authorize: given as () => boolean,
      onError: (error) => errors.push(error),
      ...(cors && { cors }),
    });
    const url = "http://localhost/api/streams";
    const headers = { origin: "https://a.example" };
    const answer = () => streams.handler(new Request(url, { method: "POST", headers }));
    return { first: await answer(), second: await answer(), errors };
  };

  test("the same Response may be returned many times, also one with immutable headers", async () => {
    const cors = { origin: "https://a.example" };
    const login = new Response("Who are you?", { status: 401 });
    for (const given of [login, Response.redirect("https://a.example/login", 303)]) {
      for (const response of Object.values(await ask(() => given, cors)).slice(0, 2)) {
        const { status, headers } = response as Response;
        expect(status).toBe(given.status);
        expect(headers.get("access-control-allow-origin")).toBe("https://a.example");
        expect(headers.get("location")).toBe(given.headers.get("location"));
        expect(await (response as Response).text()).toBe(given === login ? "Who are you?" : "");
      }
    }
  });

  test.each([undefined, null, "yes", 1, { user: 7 }])("%j refuses the request", async (given) => {
    const { first, errors } = await ask(() => given);
    expect(first.status).toBe(403);
    expect(await first.json()).toMatchObject({ error: { code: "forbidden" } });
    expect(errors[0]).toMatchObject({ message: expect.stringContaining("`authorize`") });
  });

  test("Response.error() cannot be sent: 403", async () => {
    expect((await ask(() => Response.error())).first.status).toBe(403);
  });
});

test("a Response that `authorize` throws is sent", async () => {
  const fixture = await startFixture("memory", {
    ...instant,
    authorize: () => {
      throw new Response("Who are you?", { status: 401 });
    },
  });
  const response = await fixture.get(await fixture.create());
  expect([response.status, await response.text()]).toEqual([401, "Who are you?"]);
  expect(fixture.errors).toEqual([]);
});

test("it may read a clone of the request's body, whatever the action", async () => {
  const read: unknown[] = [];
  const fixture = await startFixture("memory", {
    ...instant,
    authorize: async ({ request }) => {
      read.push(await request.clone().json());
      return true;
    },
  });
  const post = (path: string, body: unknown) =>
    fetch(fixture.base + path, { method: "POST", body: JSON.stringify(body) });
  const id = crypto.randomUUID();
  expect((await post("", { tags: ["a"] })).status).toBe(201);
  expect(await (await post(`/${id}/drive?create=1`, { prompt: "Hi" })).text()).toBe("aé中😀");
  expect(read).toEqual([{ tags: ["a"] }, { prompt: "Hi" }, { prompt: "Hi" }]);
});
