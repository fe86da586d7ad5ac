import { describe, expect, test } from "vitest";
import type { GenerateContext } from "../src/index.ts";
import { sleep, startFixture } from "./harness/fixture.ts";
import { gate } from "./harness/gate.ts";
import { localStores } from "./harness/stores.ts";

const MANY_SCRIPTS =
  " Hello, world. 3.14 at foo.bar! 你好。世界!مرحبا 👩‍👩‍👧\n\n```js\nlet x;\n``` ";

describe.each(Object.keys(localStores))("over %s", (kind) => {
  test("a driver and a follower read the same bytes, and HEAD says done", async () => {
    const fixture = await startFixture(kind, {
      generate: async ({ input, append }) => {
        const { text } = input as { text: string };
        for (const character of text) {
          append(character);
          await sleep(2);
        }
      },
    });
    const id = await fixture.create();
    const pending = await fetch(`${fixture.base}/${id}`, { method: "HEAD" });
    expect(pending.headers.get("stream-status")).toBe("pending");
    const following = fetch(`${fixture.base}/${id}?offset=0&live=text`).then((r) => r.text());
    const driven = await fixture.drive(id, { text: MANY_SCRIPTS });
    expect(driven.status).toBe(200);
    expect(driven.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(driven.headers.get("x-content-type-options")).toBe("nosniff");
    expect(driven.headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(await driven.text()).toBe(MANY_SCRIPTS);
    expect(await following).toBe(MANY_SCRIPTS);
    const head = await fetch(`${fixture.base}/${id}`, { method: "HEAD" });
    expect(head.headers.get("stream-status")).toBe("done");
    expect(head.headers.get("stream-closed")).toBe("true");
    const bytes = new TextEncoder().encode(MANY_SCRIPTS).length;
    expect(Number(head.headers.get("stream-next-offset"))).toBe(bytes);
    const evidence = await fetch(`${fixture.base}/${id}?offset=${bytes}`);
    expect(evidence.status).toBe(200);
    expect(await evidence.text()).toBe("");
    expect(evidence.headers.get("stream-status")).toBe("done");
  });

  test("of many drives at once, one generates (invariant 4)", async () => {
    let runs = 0;
    const fixture = await startFixture(kind, {
      generate: async ({ append }) => {
        runs++;
        for (let i = 0; i < 20; i++) {
          append("word ");
          await sleep(5);
        }
      },
    });
    const id = await fixture.create();
    const answers = await Promise.all(Array.from({ length: 200 }, () => fixture.drive(id)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    const refused = answers.filter((answer) => answer.status === 409);
    expect(refused).toHaveLength(199);
    expect(refused[0]!.headers.get("stream-status")).toBe("streaming");
    await Promise.all(answers.map((answer) => answer.text()));
    expect(runs).toBe(1);
    expect((await fixture.streams.read(id))?.text).toBe("word ".repeat(20));
  });

  test("a stop ends the generation, keeps the tail, and is stored before it answers", async () => {
    const aborted = gate();
    const fixture = await startFixture(kind, {
      flush: { maxDelayMs: 60_000, boundary: "none" },
      generate: async ({ append, signal }) => {
        append("not written yet");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        aborted.open();
        expect(() => append("more")).toThrow(/stopped/);
      },
    });
    const id = await fixture.create();
    const driven = await fixture.drive(id);
    const stopped = await fetch(`${fixture.base}/${id}/stop`, { method: "POST" });
    expect(stopped.status).toBe(204);
    expect(stopped.headers.get("stream-status")).toBe("stopped");
    await aborted.opened;
    expect(await driven.text()).toBe("not written yet");
    expect(await fixture.streams.read(id)).toMatchObject({
      status: "stopped",
      text: "not written yet",
    });
    expect(fixture.errors).toEqual([]);
  });

  test("a generation that throws ends in error, its tail written", async () => {
    const fixture = await startFixture(kind, {
      generate: ({ append }: GenerateContext) => {
        append("so far");
        throw new Error("the model broke");
      },
    });
    const id = await fixture.create();
    expect(await (await fixture.drive(id)).text()).toBe("so far");
    const answer = await fetch(`${fixture.base}/${id}`);
    expect(await answer.text()).toBe("so far");
    expect(answer.headers.get("stream-status")).toBe("error");
    expect(answer.headers.get("stream-error")).toBe("generation");
    expect(fixture.errors).toHaveLength(1);
  });
});
