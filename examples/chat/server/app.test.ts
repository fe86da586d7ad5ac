import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import { storyteller, tell } from "@twinstream-examples/shared";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createChat } from "./app.ts";
import { storageFromEnv } from "./storage.ts";

const engines = [
  { name: "SQLite", available: true, start: async () => undefined, variable: "STREAMS_DB" },
  { name: "Postgres", available: hasPostgres(), start: startPostgres, variable: "DATABASE_URL" },
  { name: "Redis", available: hasRedis(), start: startRedis, variable: "REDIS_URL" },
] as const;

for (const { name, available, start, variable } of engines) {
  describe.skipIf(!available)(`the chat on ${name}`, () => {
    let engine: Awaited<ReturnType<typeof start>>;
    let folder: string;
    let chat: ReturnType<typeof createChat>;

    async function open(): Promise<void> {
      const url = engine?.url ?? join(folder, "chat.db");
      chat = createChat({
        storage: await storageFromEnv({ [variable]: url }),
        model: storyteller({ speed: 0 }),
        pages: folder,
      });
    }

    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine?.stop());
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "twinstream-chat-"));
      writeFileSync(join(folder, "index.html"), "<title>the page</title>");
      await open();
    });
    afterEach(async () => {
      await chat.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Makes a browser, which keeps its cookie. */
    function visitor() {
      let cookie = "";
      return async (method: string, path: string, body?: unknown) => {
        const response = await chat.app.request(`http://localhost${path}`, {
          method,
          headers: { cookie, "content-type": "application/json" },
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        cookie ||= response.headers.get("set-cookie")?.split(";")[0] ?? "";
        return response;
      };
    }
    type Visitor = ReturnType<typeof visitor>;

    const json = async (response: Response) => ({
      status: response.status,
      body: await response.json(),
    });

    async function begin(visit: Visitor, prompt: string) {
      const { id } = await (await visit("POST", "/api/conversations")).json();
      const turn = await (await visit("POST", `/api/conversations/${id}/turns`, { prompt })).json();
      return { id, turn, path: `/api/conversations/${id}` };
    }

    const drive = async (visit: Visitor, stream: string) =>
      (await visit("POST", `/api/streams/${stream}/drive`)).text();

    it("keeps a conversation and its answers after a restart", async () => {
      const visit = visitor();
      const { id, turn, path } = await begin(visit, "Hello");
      expect(turn).toMatchObject({ prompt: "Hello", answer: { text: "", status: "pending" } });
      expect(await drive(visit, turn.stream)).toBe(tell("Hello"));
      const second = await (await visit("POST", `${path}/turns`, { prompt: "And?" })).json();
      await drive(visit, second.stream);
      await chat.close();
      await open();
      expect(await json(await visit("GET", path))).toEqual({
        status: 200,
        body: {
          id,
          title: "Hello",
          shared: false,
          own: true,
          turns: [
            { ...turn, answer: { text: tell("Hello"), status: "done" } },
            { ...second, answer: { text: tell("And?"), status: "done" } },
          ],
        },
      });
      expect((await json(await visit("GET", "/api/conversations"))).body).toEqual([
        { id, title: "Hello" },
      ]);
    });

    it("regenerates an answer in a new stream, and deletes the first", async () => {
      const visit = visitor();
      const { turn, path } = await begin(visit, "Again");
      await drive(visit, turn.stream);
      const again = await json(await visit("POST", `${path}/turns/${turn.id}/regenerate`));
      expect(again.body).toMatchObject({ id: turn.id, answer: { text: "", status: "pending" } });
      expect(again.body.stream).not.toBe(turn.stream);
      expect(await drive(visit, again.body.stream)).toBe(tell("Again"));
      expect((await visit("GET", `/api/streams/${turn.stream}`)).status).toBe(403);
      const { turns } = (await json(await visit("GET", path))).body;
      expect(turns).toHaveLength(1);
    });

    it("allows others to read a shared conversation, and nothing else", async () => {
      const visit = visitor();
      const guest = visitor();
      const { turn, path } = await begin(visit, "Mine");
      await drive(visit, turn.stream);
      const stream = `/api/streams/${turn.stream}`;
      const tries = () =>
        Promise.all([
          guest("GET", path),
          guest("GET", stream),
          guest("POST", `${path}/turns`, { prompt: "x" }),
          guest("POST", `${path}/turns/${turn.id}/regenerate`),
          guest("PATCH", path, { shared: true }),
          guest("DELETE", `${path}/turns`),
          guest("POST", `${stream}/drive`),
          guest("POST", `${stream}/stop`),
          guest("DELETE", stream),
        ]).then((all) => all.map(({ status }) => status));
      expect(await tries()).toEqual(Array(9).fill(403));
      await visit("PATCH", path, { shared: true });
      expect(await tries()).toEqual([200, 200, ...Array(7).fill(403)]);
      expect((await json(await guest("GET", path))).body).toMatchObject({ own: false });
      expect((await json(await guest("GET", "/api/conversations"))).body).toEqual([]);
      await visit("PATCH", path, { shared: false });
      expect(await tries()).toEqual(Array(9).fill(403));
    });

    it("clears a conversation and its streams", async () => {
      const visit = visitor();
      const { turn, path } = await begin(visit, "Gone");
      await drive(visit, turn.stream);
      expect((await visit("DELETE", `${path}/turns`)).status).toBe(204);
      expect((await json(await visit("GET", path))).body).toMatchObject({ title: "", turns: [] });
      expect((await json(await visit("GET", "/api/conversations"))).body).toEqual([]);
      expect((await visit("GET", `/api/streams/${turn.stream}`)).status).toBe(403);
    });

    it("answers an invalid request with its error", async () => {
      const visit = visitor();
      const { path, turn } = await begin(visit, "Well");
      const cases = [
        [await visit("GET", "/api/conversations/unknown"), 404, "not_found"],
        [await visit("POST", `${path}/turns`, { prompt: " " }), 400, "bad_input"],
        [await visit("POST", `${path}/turns`, { prompt: 7 }), 400, "bad_input"],
        [await visit("POST", `${path}/turns`), 400, "bad_input"],
        [await visit("POST", `${path}/turns`, { prompt: "x".repeat(40_000) }), 413, "too_large"],
        [await visit("POST", `${path}/turns/unknown/regenerate`), 404, "not_found"],
        [await visit("PATCH", path, { shared: "yes" }), 400, "bad_input"],
        [await visit("GET", "/api/unknown"), 404, "not_found"],
      ] as const;
      for (const [response, status, code] of cases) {
        expect(await json(response)).toMatchObject({ status, body: { error: { code } } });
      }
      // Only the chat's own routes create streams.
      expect((await visit("POST", "/api/streams/")).status).not.toBe(201);
      expect((await visit("DELETE", `/api/streams/${turn.stream}`)).status).toBe(403);
    });

    it("serves the page at a conversation's link", async () => {
      const page = await visitor()("GET", "/c/whatever");
      expect(await page.text()).toContain("the page");
      expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    });
  });
}
