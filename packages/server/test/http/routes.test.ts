import { describe, expect, test } from "vitest";
import { anyoneWithId, createStreamServer } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { startRig } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

const instant = { generate: ({ append }: { append: (text: string) => unknown }) => append("aé😀") };

describe("every answer about a stream bears Stream-Status", () => {
  test("what is refused does too", async () => {
    const go = gate();
    const rig = await startRig("memory", {
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
    const [streaming, pending] = [await rig.create(), await rig.create()];
    const driven = await rig.drive(streaming);
    await expect.poll(async () => (await rig.streams.status(streaming))?.length).toBe(9);
    const leave = new AbortController();
    await fetch(`${rig.base}/${streaming}?live=text`, { signal: leave.signal });
    const answers: [string, number, () => Promise<Response>][] = [
      ["streaming", 400, () => rig.get(streaming, "?offset=nowhere")],
      ["streaming", 400, () => rig.get(streaming, "?live=never&offset=0")],
      ["streaming", 400, () => rig.get(streaming, "?offset=2")],
      ["streaming", 429, () => rig.get(streaming, "?live=text")],
      ["streaming", 429, () => rig.get(streaming, "?live=sse&offset=-1")],
      ["streaming", 409, () => rig.drive(streaming)],
      ["pending", 429, () => rig.drive(pending, "good")],
      ["pending", 400, () => rig.drive(pending, "bad")],
      ["pending", 413, () => rig.drive(pending, "x".repeat(100))],
    ];
    for (const [status, code, answer] of answers) {
      const response = await answer();
      expect([response.status, response.headers.get("stream-status")]).toEqual([code, status]);
      await response.text();
    }
    leave.abort();
    go.open();
    await driven.text();
    const etag = (await rig.get(streaming)).headers.get("etag")!;
    const headers = { "if-none-match": etag };
    const same = await fetch(`${rig.base}/${streaming}`, { headers });
    expect([same.status, same.headers.get("stream-status")]).toEqual([304, "done"]);
    expect(rig.errors).toEqual([]);
  });

  test("an offset that is wrong is no clue that a stream is there", async () => {
    const rig = await startRig("memory", instant);
    expect((await rig.get("a".repeat(22), "?offset=nowhere")).status).toBe(404);
  });
});

test.each(["/api/streams", "/"])(
  "a slash at the end of a URL changes nothing, below %s",
  async (basePath) => {
    const streams = createStreamServer({
      ...instant,
      store: memoryStore(),
      authorize: anyoneWithId(),
      basePath,
    });
    const ask = (method: string, path: string) =>
      streams.handler(
        new Request(`http://localhost${basePath === "/" ? "" : basePath}${path}`, { method }),
      );
    for (const slash of ["", "/"]) {
      const created = await ask("POST", "/".slice(basePath === "/" ? 0 : 1 - slash.length));
      expect(created.status).toBe(201);
      const { id } = (await created.json()) as { id: string };
      expect(created.headers.get("location")).toBe(`${basePath === "/" ? "" : basePath}/${id}`);
      expect((await ask("POST", `/${id}${slash}`)).status).toBe(405);
      const driven = await ask("POST", `/${id}/drive${slash}`);
      expect([driven.status, await driven.text()]).toEqual([200, "aé😀"]);
      const escaped = id.replace(/^./, (first) => `%${first.charCodeAt(0).toString(16)}`);
      expect(await (await ask("GET", `/${escaped}${slash}`)).text()).toBe("aé😀");
      expect((await ask("HEAD", `/${id}${slash}`)).headers.get("stream-status")).toBe("done");
      expect((await ask("POST", `/${id}/stop${slash}`)).status).toBe(204);
      expect((await ask("DELETE", `/${id}${slash}`)).status).toBe(204);
      expect((await ask("GET", `/${id}//`)).status).toBe(404);
      expect((await ask("GET", `/${id}/drive//`)).status).toBe(404);
    }
    await streams.close();
  },
);

describe("what `authorize` gives back", () => {
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

  test("one answer may serve many times, and one whose headers are fixed is sent too", async () => {
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

  test.each([undefined, null, "yes", 1, { user: 7 }])("%j lets nobody in", async (given) => {
    const { first, errors } = await ask(() => given);
    expect(first.status).toBe(403);
    expect(await first.json()).toMatchObject({ error: { code: "forbidden" } });
    expect(errors[0]).toMatchObject({ message: expect.stringContaining("`authorize`") });
  });

  test("Response.error() is no answer: 403", async () => {
    expect((await ask(() => Response.error())).first.status).toBe(403);
  });
});

test("an answer that `authorize` throws is its answer", async () => {
  const rig = await startRig("memory", {
    ...instant,
    authorize: () => {
      throw new Response("Who are you?", { status: 401 });
    },
  });
  const response = await rig.get(await rig.create());
  expect([response.status, await response.text()]).toEqual([401, "Who are you?"]);
  expect(rig.errors).toEqual([]);
});

test("a method that is the name of an object's own is no method", async () => {
  const rig = await startRig("memory", instant);
  for (const method of ["constructor", "toString", "__proto__"]) {
    const url = `${rig.base}/${await rig.create()}`;
    expect((await rig.streams.handler(new Request(url, { method }))).status).toBe(405);
  }
});

test("an `onError` or `waitUntil` that throws takes no answer with it", async () => {
  const streams = createStreamServer({
    ...instant,
    store: memoryStore(),
    authorize: ({ action }) => {
      if (action === "read") throw new Error("no session");
      return true;
    },
    onError: () => {
      throw new Error("no log");
    },
    waitUntil: () => {
      throw new Error("no request is being answered");
    },
  });
  const url = `http://localhost/api/streams/${await streams.create()}`;
  expect((await streams.handler(new Request(url))).status).toBe(500);
  const driven = await streams.handler(new Request(`${url}/drive`, { method: "POST" }));
  expect([driven.status, await driven.text()]).toEqual([200, "aé😀"]);
  await streams.close();
});

test("a `cors.origin` that throws lets nobody in, and the answer comes all the same", async () => {
  const rig = await startRig("memory", {
    ...instant,
    cors: {
      origin: () => {
        throw new Error("no list of origins");
      },
    },
  });
  const headers = { origin: "https://a.example" };
  const response = await fetch(`${rig.base}/${await rig.create()}`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  expect(rig.errors).toHaveLength(1);
});

test.each([
  ["a promise", Promise.resolve(false)],
  ["a word", "no"],
])("a `cors.origin` that returns %s lets nobody in, and says so", async (_, returned) => {
  const rig = await startRig("memory", {
    ...instant,
    cors: { origin: () => returned as unknown as boolean },
  });
  const headers = { origin: "https://a.example" };
  const response = await fetch(`${rig.base}/${await rig.create()}`, { headers });
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  expect(rig.errors).toMatchObject([{ message: expect.stringContaining("`cors.origin`") }]);
});

test("a preflight's answer is kept apart by what it was asked", async () => {
  const rig = await startRig("memory", { ...instant, cors: { origin: "*" } });
  const response = await fetch(rig.base, {
    method: "OPTIONS",
    headers: { origin: "https://a.example", "access-control-request-headers": "x-one" },
  });
  expect(response.headers.get("vary")).toContain("Access-Control-Request-Headers");
  expect(response.headers.get("access-control-allow-headers")).toBe("x-one");
});

test("a body that was read before the handler is an error that says so, and not an empty input", async () => {
  const rig = await startRig("memory", {
    ...instant,
    authorize: async ({ request }) => (await request.json()) !== "nobody",
  });
  const id = await rig.create();
  expect((await rig.drive(id, "somebody")).status).toBe(500);
  expect(rig.errors[0]).toMatchObject({ message: expect.stringContaining("request.clone()") });
  expect(await rig.streams.status(id)).toMatchObject({ status: "pending" });
  // Elsewhere nobody minds: the other routes take nothing from it.
  const stopped = await fetch(`${rig.base}/${id}/stop`, { method: "POST", body: "{}" });
  expect([stopped.status, stopped.headers.get("stream-status")]).toEqual([204, "stopped"]);
  // A route of the application's own may have read it.
  const request = new Request("http://app.example/ask", { method: "POST", body: "{}" });
  await request.json();
  const driven = await rig.streams.drive(request, await rig.create(), ({ append }) =>
    append("Own."),
  );
  expect(await driven.text()).toBe("Own.");
});
