import { expect, test } from "vitest";
import { anyoneWithId, createStreamServer } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { finished, instant } from "../harness/answers.ts";
import { startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";

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
      expect([driven.status, await driven.text()]).toEqual([200, "aé中😀"]);
      const escaped = id.replace(/^./, (first) => `%${first.charCodeAt(0).toString(16)}`);
      expect(await (await ask("GET", `/${escaped}${slash}`)).text()).toBe("aé中😀");
      expect((await ask("HEAD", `/${id}${slash}`)).headers.get("stream-status")).toBe("done");
      expect((await ask("POST", `/${id}/stop${slash}`)).status).toBe(204);
      expect((await ask("DELETE", `/${id}${slash}`)).status).toBe(204);
      expect((await ask("GET", `/${id}//`)).status).toBe(404);
      expect((await ask("GET", `/${id}/drive//`)).status).toBe(404);
    }
    await streams.close();
  },
);

test("the name of a property that every object has is not a method", async () => {
  const fixture = await startFixture("memory", instant);
  for (const method of ["constructor", "toString", "__proto__"]) {
    const url = `${fixture.base}/${await fixture.create()}`;
    expect((await fixture.streams.handler(new Request(url, { method }))).status).toBe(405);
  }
});

test("stop: a pending stream is stopped at once, an ended one stays as it is", async () => {
  const fixture = await startFixture("memory", instant);
  const pending = await fixture.create();
  const stop = (id: string) => fetch(`${fixture.base}/${id}/stop`, { method: "POST" });
  expect((await stop(pending)).headers.get("stream-status")).toBe("stopped");
  expect((await fixture.drive(pending)).status).toBe(409);
  expect((await stop(await finished(fixture))).headers.get("stream-status")).toBe("done");
});

test("delete: the stream is gone, its generation is aborted, its followers are sent away", async () => {
  const told = gate<unknown>();
  const fixture = await startFixture("memory", {
    generate: async ({ append, signal }) => {
      append("One. ");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      told.open(signal.reason);
    },
  });
  const id = await fixture.create();
  const driven = await fixture.drive(id);
  const following = await fixture.get(id, "?live=text");
  expect((await fetch(`${fixture.base}/${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await told.opened).toMatchObject({ name: "AbortError" });
  await Promise.all([driven.text(), following.text()]);
  expect((await fixture.get(id)).status).toBe(410);
});

test("an answer is sent even if `onError` or `waitUntil` throws", async () => {
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
  expect([driven.status, await driven.text()]).toEqual([200, "aé中😀"]);
  await streams.close();
});
