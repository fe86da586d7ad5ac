// A drive that makes its stream (`?create=1`): one request, one generation, and nothing after a deletion.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuthorizeContext, FinishContext } from "../../../src/index.ts";
import { codeOf } from "../../harness/answers.ts";
import { databases, type RunningDatabase } from "../../harness/databases.ts";
import { type Fixture, type FixtureOptions, startFixture } from "../../harness/fixture.ts";
import { gate } from "../../harness/gate.ts";

const newId = () => crypto.randomUUID();

const post = ({ base }: Fixture, path: string, body: unknown = { prompt: "Hi" }) =>
  fetch(base + path, { method: "POST", body: JSON.stringify(body) });

for (const { name, available, start } of databases) {
  describe.skipIf(!available)(`on ${name}`, () => {
    let database: RunningDatabase;
    beforeAll(async () => {
      database = await start();
    }, 60_000);
    afterAll(() => database.stop());

    /** A server that counts its generations. */
    async function counting(options: FixtureOptions = {}) {
      const [store, other] = await database.open();
      if (other !== store) await other.close();
      const generated: string[] = [];
      const fixture = await startFixture("memory", {
        around: () => store,
        generate: ({ id, append }) => {
          generated.push(id);
          append("Hello.");
        },
        ...options,
      });
      return { ...fixture, generated };
    }

    test("makes the stream with its tags, and generates, by one request", async () => {
      const finished = gate<FinishContext>();
      const server = await counting({ onFinish: finished.open });
      const id = newId();
      const driven = await post(
        server,
        `/${id}/drive?create=1&tag=chat:7&tag=${encodeURIComponent("mél 😀")}`,
      );
      expect([driven.status, driven.headers.get("stream-status")]).toEqual([200, "streaming"]);
      expect(await driven.text()).toBe("Hello.");
      const tags = ["chat:7", "mél 😀"];
      expect(await server.streams.read(id)).toMatchObject({ text: "Hello.", status: "done", tags });
      expect(await finished.opened).toEqual({ id, tags, text: "Hello.", status: "done" });
      expect(server.generated).toEqual([id]);
    });

    test("raced by ten others, generates once, and the others follow", async () => {
      const go = gate();
      const server = await counting({
        generate: async ({ id, append }) => {
          server.generated.push(id);
          append("One. ");
          await go.opened;
          append("Two.");
        },
      });
      const id = newId();
      const answers = await Promise.all(
        Array.from({ length: 11 }, () => post(server, `/${id}/drive?create=1`)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(10).fill(409)]);
      for (const answer of answers) expect(answer.headers.get("stream-status")).toBe("streaming");
      go.open();
      const [won] = answers.filter(({ status }) => status === 200);
      expect(await won!.text()).toBe("One. Two.");
      expect(server.generated).toEqual([id]);
    });

    test("drives a stream that is there already, and asks no leave to make it", async () => {
      const asked: string[] = [];
      const server = await counting({
        authorize: ({ action }) => {
          asked.push(action);
          return true;
        },
      });
      const id = await server.create();
      expect(await (await post(server, `/${id}/drive?create=1&tag=late`)).text()).toBe("Hello.");
      expect(asked).toEqual(["drive"]);
      expect((await server.streams.status(id))?.tags).toBeUndefined();
    });

    test("replayed after a delete is 410, generates nothing, and leaves nothing", async () => {
      const server = await counting();
      const id = newId();
      await (await post(server, `/${id}/drive?create=1`)).text();
      expect((await fetch(`${server.base}/${id}`, { method: "DELETE" })).status).toBe(204);
      const replayed = await post(server, `/${id}/drive?create=1`);
      expect([replayed.status, await codeOf(replayed)]).toEqual([410, "deleted"]);
      const made = await post(server, "", { id });
      expect([made.status, await codeOf(made)]).toEqual([410, "deleted"]);
      // What would read, stop or drive it learns the same.
      for (const answer of [
        await server.get(id),
        await server.get(id, "?live=text"),
        await server.get(id, "?live=sse&offset=-1"),
        await fetch(`${server.base}/${id}`, { method: "HEAD" }),
        await post(server, `/${id}/stop`),
        await post(server, `/${id}/drive`),
        await server.streams.follow(new Request("http://app.example"), { id }),
        await server.streams.drive(new Request("http://app.example"), {
          id,
          input: 1,
          create: true,
        }),
      ]) {
        expect([answer.status, answer.headers.get("stream-status")]).toEqual([410, null]);
      }
      expect(server.generated).toEqual([id]);
      expect(await server.streams.status(id)).toBeUndefined();
      expect(server.errors).toEqual([]);
      // The application itself may make it anew.
      expect(await server.streams.create({ id })).toBe(id);
      expect((await server.get(id)).headers.get("stream-status")).toBe("pending");
    });
  });
}

describe("before anything is written", () => {
  const ID = newId();
  /** A server whose `authorize` answers by action, and says what it was asked. */
  async function asking(answers: Partial<Record<string, unknown>>, options: FixtureOptions = {}) {
    const asked: unknown[] = [];
    const fixture = await startFixture("memory", {
      authorize: ({ action, id, tags }: AuthorizeContext) => {
        asked.push([action, id, tags]);
        return (answers[action] ?? true) as boolean;
      },
      generate: ({ context, append }) => append(`context ${JSON.stringify(context)}`),
      ...options,
    });
    return { ...fixture, asked };
  }

  test("authorize is asked for the drive, then for the creation, each with id and tags", async () => {
    const server = await asking({});
    await (await post(server, `/${ID}/drive?create=1&tag=a&tag=b&tag=a&other=x`)).text();
    expect(server.asked).toEqual([
      ["drive", ID, ["a", "b"]],
      ["create", ID, ["a", "b"]],
    ]);
  });

  test.each([
    ["drive", false, 403, 1],
    ["create", false, 403, 2],
    ["create", new Response("Pay first.", { status: 402 }), 402, 2],
    ["create", "yes", 403, 2],
  ])("a %s that it answers with %s makes no stream", async (action, answer, status, count) => {
    const server = await asking({ [action]: answer });
    expect((await post(server, `/${ID}/drive?create=1`)).status).toBe(status);
    expect(server.asked).toHaveLength(count);
    expect(await server.streams.status(ID)).toBeUndefined();
  });

  test("the context is that of the last answer that has one", async () => {
    for (const [answers, context] of [
      [{ drive: { context: 1 }, create: { context: 2 } }, "2"],
      [{ drive: { context: 1 } }, "1"],
      [{ create: { context: 2 } }, "2"],
      [{ drive: { context: 1 }, create: { context: undefined } }, "1"],
      [{}, "undefined"],
    ] as const) {
      const server = await asking(answers);
      const driven = await post(server, `/${newId()}/drive?create=1`);
      expect(await driven.text()).toBe(`context ${context}`);
    }
  });

  test("wrong input and a full server make no stream either, and the drive may be sent again", async () => {
    const go = gate();
    const server = await asking(
      {},
      {
        limits: { streams: 1 },
        parseInput: (raw) => {
          if (raw !== "good") throw new Error("`prompt` must be good.");
          return raw;
        },
        generate: ({ append }) => go.opened.then(() => append("Hello.")),
      },
    );
    const bad = await post(server, `/${ID}/drive?create=1`, "bad");
    expect([bad.status, bad.headers.get("stream-status")]).toEqual([400, null]);
    const other = await post(server, `/${newId()}/drive?create=1`, "good");
    const full = await post(server, `/${ID}/drive?create=1`, "good");
    expect([full.status, await codeOf(full)]).toEqual([429, "too_many_streams"]);
    expect(full.headers.get("retry-after")).toBe("2");
    expect(await server.streams.status(ID)).toBeUndefined();
    go.open();
    await other.text();
    expect(await (await post(server, `/${ID}/drive?create=1`, "good")).text()).toBe("Hello.");
  });

  test("a drive that makes no stream is 404 for one that is not there", async () => {
    const server = await asking({});
    const answer = await post(server, `/${ID}/drive`);
    expect([answer.status, await codeOf(answer)]).toEqual([404, "not_found"]);
    expect(server.asked).toEqual([["drive", ID, undefined]]);
  });
});

describe("POST to the base", () => {
  test("makes a stream of the given id and tags, once", async () => {
    const asked: unknown[] = [];
    const server = await startFixture("sqlite", {
      authorize: ({ action, id, tags }) => {
        asked.push([action, id, tags]);
        return true;
      },
    });
    const id = newId();
    const made = await post(server, "", { id, tags: ["chat:7"] });
    expect([made.status, await made.json()]).toEqual([201, { id }]);
    expect(made.headers.get("location")).toBe(`/api/streams/${id}`);
    expect(await server.streams.status(id)).toMatchObject({ status: "pending", tags: ["chat:7"] });
    const again = await post(server, "", { id });
    expect([again.status, await codeOf(again)]).toEqual([409, "taken"]);
    const empty = await fetch(server.base, { method: "POST" });
    expect(empty.status).toBe(201);
    expect(asked).toEqual([
      ["create", id, ["chat:7"]],
      ["create", id, undefined],
      ["create", undefined, undefined],
    ]);
  });
});
