import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newStreamId } from "@twinstream/core";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import { type Model, storyteller, tell } from "@twinstream-examples/shared";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
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

    async function open(model: Model = storyteller({ speed: 0 })): Promise<void> {
      const url = engine?.url ?? join(folder, "chat.db");
      chat = createChat({
        storage: await storageFromEnv({ [variable]: url }),
        model,
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

    const answer = (prompt: string) =>
      expect.objectContaining({ text: tell(prompt), status: "done" });

    const json = async (response: Response) => ({
      status: response.status,
      body: await response.json(),
    });

    /** Asks a question, or another answer to a `turn`, by one request: it answers with the text. */
    const drive = (visit: Visitor, stream: string, question: object) =>
      visit("POST", `/api/streams/${stream}/drive?create=1`, question);

    async function begin(visit: Visitor, prompt: string) {
      const [id, stream] = [newStreamId(), newStreamId()];
      const text = await (await drive(visit, stream, { conversation: id, prompt })).text();
      return { id, stream, turn: stream, text, path: `/api/conversations/${id}` };
    }

    it("keeps a conversation and its answers after a restart", async () => {
      const visit = visitor();
      const { id, stream, turn, text, path } = await begin(visit, "Hello");
      expect(text).toBe(tell("Hello"));
      const second = newStreamId();
      await (await drive(visit, second, { conversation: id, prompt: "And?" })).text();
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
            { id: turn, prompt: "Hello", stream, answer: answer("Hello") },
            { id: second, prompt: "And?", stream: second, answer: answer("And?") },
          ],
        },
      });
      expect((await json(await visit("GET", "/api/conversations"))).body).toEqual([
        { id, title: "Hello" },
      ]);
    });

    it("regenerates an answer in a new stream, and deletes the first", async () => {
      const visit = visitor();
      const { id, turn, stream, path } = await begin(visit, "Again");
      const again = newStreamId();
      const driven = await drive(visit, again, { conversation: id, turn });
      expect(await driven.text()).toBe(tell("Again"));
      expect((await visit("GET", `/api/streams/${stream}`)).status).toBe(404);
      const { turns } = (await json(await visit("GET", path))).body;
      expect(turns).toEqual([
        { id: turn, prompt: "Again", stream: again, answer: answer("Again") },
      ]);
    });

    it("allows others to read a shared conversation, and nothing else", async () => {
      const visit = visitor();
      const guest = visitor();
      const { id, turn, stream: mine, path } = await begin(visit, "Mine");
      const stream = `/api/streams/${mine}`;
      const tries = () =>
        Promise.all([
          guest("GET", path),
          guest("GET", stream),
          drive(guest, newStreamId(), { conversation: id, prompt: "x" }),
          drive(guest, newStreamId(), { conversation: id, turn }),
          guest("PATCH", path, { shared: true }),
          guest("DELETE", `${path}/turns`),
          drive(guest, mine, { conversation: id, prompt: "x" }),
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
      const { stream, path } = await begin(visit, "Gone");
      expect((await visit("DELETE", `${path}/turns`)).status).toBe(204);
      expect((await json(await visit("GET", path))).body).toMatchObject({ title: "", turns: [] });
      expect((await json(await visit("GET", "/api/conversations"))).body).toEqual([]);
      expect((await visit("GET", `/api/streams/${stream}`)).status).toBe(404);
    });

    it("answers a question that is sent ten times once, and not again after it was cleared", async () => {
      const visit = visitor();
      await visit("GET", "/");
      const [id, stream] = [newStreamId(), newStreamId()];
      const ask = () => drive(visit, stream, { conversation: id, prompt: "Once" });
      const all = await Promise.all(Array.from({ length: 10 }, ask));
      expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
      await all.find(({ status }) => status === 200)?.text();
      const path = `/api/conversations/${id}`;
      expect((await json(await visit("GET", path))).body.turns).toHaveLength(1);

      await visit("DELETE", `${path}/turns`);
      expect((await ask()).status).toBe(410);
      expect((await json(await visit("GET", path))).body.turns).toEqual([]);
    });

    it("shows the readers that the model broke off, and reports why to the log", async () => {
      await chat.close();
      await open({
        name: "the oracle",
        async *answer() {
          yield "I see ";
          throw new Error("its key is wrong");
        },
      });
      const logged = vi.spyOn(console, "error").mockImplementation(() => {});
      const visit = visitor();
      const { path, stream, text } = await begin(visit, "Tell me");
      expect(text).toBe("I see ");
      const failure = { error: "model", errorMessage: "the oracle broke off." };
      expect((await json(await visit("GET", path))).body.turns).toMatchObject([
        { answer: { text: "I see ", status: "error", ...failure } },
      ]);
      const { headers } = await visit("GET", `/api/streams/${stream}`);
      expect(headers.get("stream-error")).toBe(failure.error);
      expect(decodeURIComponent(headers.get("stream-error-message")!)).toBe(failure.errorMessage);
      expect(logged.mock.calls.flat()).toContainEqual(
        expect.objectContaining({ cause: new Error("its key is wrong") }),
      );
      logged.mockRestore();
    });

    it("answers an invalid request with its error", async () => {
      const visit = visitor();
      const { id, path, stream } = await begin(visit, "Well");
      const ask = (question: object) =>
        drive(visit, newStreamId(), { conversation: id, ...question });
      const cases = [
        [await visit("GET", "/api/conversations/unknown"), 404, "not_found"],
        [await ask({ prompt: " " }), 400, "bad_input"],
        [await ask({ prompt: 7 }), 400, "bad_input"],
        [await ask({}), 400, "bad_input"],
        [await ask({ conversation: "short", prompt: "x" }), 400, "bad_input"],
        [await visit("POST", `/api/streams/${newStreamId()}/drive`), 400, "bad_input"],
        [await ask({ prompt: "x".repeat(40_000) }), 413, "too_large"],
        [await ask({ turn: "unknown" }), 404, "not_found"],
        [await visit("PATCH", path, { shared: "yes" }), 400, "bad_input"],
        [await visit("GET", "/api/unknown"), 404, "not_found"],
      ] as const;
      for (const [response, status, code] of cases) {
        expect(await json(response)).toMatchObject({ status, body: { error: { code } } });
      }
      // Only the chat's own routes create streams.
      expect((await visit("POST", "/api/streams/")).status).not.toBe(201);
      expect((await visit("DELETE", `/api/streams/${stream}`)).status).toBe(403);
    });

    it("serves the page at a conversation's link", async () => {
      const page = await visitor()("GET", "/c/whatever");
      expect(await page.text()).toContain("the page");
      expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    });
  });
}
