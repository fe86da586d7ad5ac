import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { capability, createStreamServer, type StreamServerOptions } from "../src/index.ts";
import { memoryStore } from "../src/memory.ts";
import { gate } from "./gate.ts";
import { type Rig, startRig } from "./rig.ts";

const UNKNOWN = "a".repeat(22);

const instant: Pick<StreamServerOptions, "generate"> = {
  generate: ({ append }) => void append("aé中😀"),
};

/** The code of a JSON error, which has no more than a code and a message. */
async function codeOf(response: Response): Promise<string> {
  const { error, ...more } = (await response.json()) as {
    error: { code: string; message: string };
  };
  expect(more).toEqual({});
  expect(Object.keys(error)).toEqual(["code", "message"]);
  expect(error.message).not.toMatch(/\bat .*:\d+/);
  return error.code;
}

async function finished(rig: Rig): Promise<string> {
  const id = await rig.create();
  await (await rig.drive(id)).text();
  return id;
}

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
    const rig = await startRig("memory", instant);
    const response = await fetch(rig.base + path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    if (status === 405) expect(response.headers.get("allow")).toContain("OPTIONS");
    if (method !== "HEAD") {
      expect(await codeOf(response)).toBe(status === 404 ? "not_found" : "method_not_allowed");
    }
    expect(rig.errors).toEqual([]);
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
    const rig = await startRig("memory", instant);
    const response = await rig.get(await finished(rig), query);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toMatch(/^bad_(offset|live)$/);
  });

  test("a body that is no JSON is 400, one over the limit 413, and the stream stays pending", async () => {
    const rig = await startRig("memory", { ...instant, limits: { inputBytes: 100 } });
    const id = await rig.create();
    const post = (body: BodyInit) =>
      fetch(`${rig.base}/${id}/drive`, { method: "POST", body, duplex: "half" } as RequestInit);
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
    expect(await rig.streams.status(id)).toMatchObject({ status: "pending" });
    expect(rig.errors).toEqual([]);
  });

  test("a drive of a claimed stream is 409 with the status, and the generation goes on", async () => {
    const go = gate();
    const rig = await startRig("memory", {
      generate: async ({ append }) => {
        append("One. ");
        await go.opened;
        append("Two.");
      },
    });
    const id = await rig.create();
    const driven = await rig.drive(id);
    const second = await rig.drive(id);
    expect([second.status, await codeOf(second)]).toEqual([409, "claimed"]);
    expect(second.headers.get("stream-status")).toBe("streaming");
    go.open();
    expect(await driven.text()).toBe("One. Two.");
  });
});

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

describe("authorize", () => {
  test("is required at construction, and so is a store", () => {
    const store = memoryStore();
    expect(() => createStreamServer({ store } as StreamServerOptions)).toThrow(
      /`authorize` is required.*capability/,
    );
    expect(() =>
      createStreamServer({ authorize: capability() } as unknown as StreamServerOptions),
    ).toThrow(/`store` is required/);
    expect(() =>
      createStreamServer({ store, authorize: capability(), limits: { bytes: 1 } as object }),
    ).toThrow(/no option `limits.bytes`/);
  });

  test("is asked for each action, and its no is 403, its answer the answer (invariant 12)", async () => {
    const asked: unknown[] = [];
    const rig = await startRig("memory", {
      ...instant,
      authorize: async ({ action, id, request }) => {
        asked.push([action, id]);
        if (request.headers.get("authorization") === "Bearer me") return true;
        return action === "read" ? Response.json({ login: "please" }, { status: 401 }) : false;
      },
    });
    const id = await rig.create();
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
      const response = await fetch(rig.base + path, { method });
      expect(response.status, `${method} ${path}`).toBe(action === "read" ? 401 : 403);
      expect(asked.pop()).toEqual([action, about]);
    }
    expect(await rig.streams.status(id)).toMatchObject({ status: "pending" });
    const headers = { authorization: "Bearer me" };
    const driven = await fetch(`${rig.base}/${id}/drive`, { method: "POST", headers });
    expect(await driven.text()).toBe("aé中😀");
  });

  test("one that throws lets nobody in, and its error is for the server's eyes", async () => {
    const rig = await startRig("memory", {
      ...instant,
      authorize: () => {
        throw new Error("the session store is at 10.0.0.7");
      },
    });
    const response = await rig.get(await rig.create());
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("10.0.0.7");
    expect(rig.errors).toHaveLength(1);
  });
});

describe("cors", () => {
  const from = (origin: string) => ({ headers: { origin } });
  const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

  test("is closed by default", async () => {
    const rig = await startRig("memory", instant);
    const id = await finished(rig);
    expect(allowed(await fetch(`${rig.base}/${id}`, from("https://a.example")))).toBeNull();
    const preflight = await fetch(`${rig.base}/${id}/drive`, {
      method: "OPTIONS",
      headers: { origin: "https://a.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(allowed(preflight)).toBeNull();
  });

  test("lets in whom it names, to the headers of the wire, errors included", async () => {
    const rig = await startRig("memory", {
      ...instant,
      cors: { origin: ["https://a.example"], credentials: true },
    });
    const id = await finished(rig);
    for (const path of [`/${id}`, `/${id}?live=text`, `/${UNKNOWN}`]) {
      const response = await fetch(rig.base + path, from("https://a.example"));
      expect(allowed(response)).toBe("https://a.example");
      expect(response.headers.get("access-control-allow-credentials")).toBe("true");
      expect(response.headers.get("access-control-expose-headers")).toContain("Stream-Status");
      expect(response.headers.get("vary")).toContain("Origin");
      expect(allowed(await fetch(rig.base + path, from("https://b.example")))).toBeNull();
    }
    const preflight = await fetch(`${rig.base}/${id}/drive`, {
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

describe("limits", () => {
  test("generations at once: 429 with Retry-After, and the stream stays pending", async () => {
    const go = gate();
    const rig = await startRig("memory", { limits: { streams: 1 }, generate: () => go.opened });
    const [first, second] = [await rig.create(), await rig.create()];
    const driven = await rig.drive(first);
    const refused = await rig.drive(second);
    expect([refused.status, await codeOf(refused)]).toEqual([429, "too_many_streams"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await rig.streams.status(second)).toMatchObject({ status: "pending" });
    go.open();
    await driven.text();
    expect((await rig.drive(second)).status).toBe(200);
  });

  test("followers of a stream and of the process: 429, and a place that is left is free", async () => {
    const rig = await startRig("memory", {
      ...instant,
      limits: { followersPerStream: 2, followers: 3 },
    });
    const [one, two] = [await rig.create(), await rig.create()];
    const follow = (id: string, signal?: AbortSignal) =>
      fetch(`${rig.base}/${id}?live=text`, { signal: signal ?? null });
    const leaving = new AbortController();
    expect((await follow(one, leaving.signal)).status).toBe(200);
    expect((await follow(one)).status).toBe(200);
    const third = await follow(one);
    expect([third.status, await codeOf(third)]).toEqual([429, "too_many_followers"]);
    expect((await follow(two)).status).toBe(200);
    expect((await follow(two)).status).toBe(429);
    leaving.abort();
    await expect.poll(async () => (await follow(two)).status).toBe(200);
  });
});

test("onFinish is told once, after the last flush, with the whole text; waitUntil has the promise", async () => {
  const finishes: unknown[] = [];
  const kept: Promise<unknown>[] = [];
  const rig = await startRig("sqlite", {
    ...instant,
    onFinish: async (finish) => {
      finishes.push([finish, await rig.streams.read(finish.id)]);
    },
    waitUntil: (promise) => void kept.push(promise),
  });
  const id = await rig.create();
  await (await rig.drive(id)).text();
  expect(kept).toHaveLength(1);
  await kept[0];
  const body = { status: "done", text: "aé中😀" };
  expect(finishes).toEqual([[{ id, ...body }, expect.objectContaining(body)]]);
});

test("streams.drive runs a writer of its own, in a route of the application's own", async () => {
  const rig = await startRig("memory", {});
  const id = await rig.create();
  const request = new Request("http://app.example/ask", { method: "POST", body: '{"q":1}' });
  const response = await rig.streams.drive(request, id, ({ input, append }) => {
    append(JSON.stringify(input));
  });
  expect(await response.text()).toBe('{"q":1}');
  const again = await rig.streams.drive(new Request(request.url), id, () => {});
  expect([again.status, await codeOf(again)]).toEqual([409, "claimed"]);
});

test("create takes an id of the application's own once, and none that could be guessed", async () => {
  const rig = await startRig("memory", {});
  const id = crypto.randomUUID();
  expect(await rig.streams.create({ id })).toBe(id);
  await expect(rig.streams.create({ id })).rejects.toThrow(/already/);
  await expect(rig.streams.create({ id: "7" })).rejects.toThrow(/22 to 128/);
  const ids = await Promise.all(Array.from({ length: 1000 }, () => rig.streams.create()));
  expect(new Set(ids).size).toBe(1000);
  for (const one of ids) expect(one).toMatch(/^[\w-]{22}$/);
});

test("a pending stream that nobody drove in time reads as timeout, and is not driven any more", async () => {
  const rig = await startRig("sqlite", { ...instant, retention: { pendingMs: 1 } });
  const id = await rig.create();
  await expect.poll(async () => (await rig.streams.status(id))?.status).toBe("timeout");
  expect((await rig.drive(id)).status).toBe(409);
});

test("ended streams are deleted by themselves where retention says so", async () => {
  const rig = await startRig("sqlite", { ...instant, retention: { keepMs: 1, sweepMs: 20 } });
  const id = await finished(rig);
  await expect.poll(() => rig.streams.status(id)).toBeUndefined();
});

test("close cuts generations off with what they have, as timeout, and takes no more", async () => {
  const rig = await startRig("memory", {
    generate: async ({ append, signal }) => {
      append("So far");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  const id = await rig.create();
  const response = await rig.drive(id);
  await rig.streams.close();
  expect(await response.text()).toBe("So far");
  expect(await rig.store.status(id)).toMatchObject({ status: "timeout", length: 6 });
  expect((await rig.drive(await rig.create())).status).toBe(429);
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
