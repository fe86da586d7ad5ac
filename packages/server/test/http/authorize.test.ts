import { describe, expect, test } from "vitest";
import { anyoneWithId, createStreamServer, type StreamServerOptions } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { finished, instant, UNKNOWN } from "../harness/answers.ts";
import { startRig } from "../harness/fixture.ts";

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
