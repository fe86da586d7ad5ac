import { api } from "@twinstream/harness/convex/app/_generated/api";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import { renderToString } from "react-dom/server";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { useStream } from "../src/react.ts";
import { ANSWER, createFixture, expectSteady, expectWhole } from "./fixture.ts";
import { ours, type UseStream } from "./hooks.ts";
import { refuseFirst } from "./intercept.ts";
import { createStream, deploy } from "./page.tsx";

test("has the signature of the component's own hook", () => {
  expectTypeOf(useStream).toExtend<UseStream>();
});

describe("the request", () => {
  test("has the token, the headers and the stream's id", async () => {
    const options = { authToken: "secret", headers: { "X-App": "chat" } };
    const fixture = await createFixture(ours, { options });
    fixture.answer.say(ANSWER);
    fixture.answer.end();
    await expectWhole(fixture);
    const [{ headers, body }] = fixture.drives as [(typeof fixture.drives)[number]];
    expect(headers.get("authorization")).toBe("Bearer secret");
    expect(headers.get("x-app")).toBe("chat");
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(body)).toEqual({ streamId: fixture.streamId });
  });

  test("is not sent while there is no id", async () => {
    const fixture = await createFixture(ours, { streamId: undefined });
    expect(fixture.page.result()).toMatchObject({ text: "", status: "pending" });
    fixture.page.rerender({ streamId: fixture.streamId });
    fixture.answer.say(ANSWER);
    fixture.answer.end();
    await expectWhole(fixture);
  });

  test("is sent once for two components, also if `driven` turns true later", async () => {
    const fixture = await createFixture(ours, { driven: false });
    const second = fixture.open({ driven: false }, fixture.client);
    fixture.page.rerender({ driven: true });
    second.rerender({ driven: true });
    fixture.answer.say(ANSWER);
    fixture.answer.end();
    await second.until(({ text, status }) => text === ANSWER && status === "done");
    await expectWhole(fixture);
  });

  test("of one stream does not have the headers of another", async () => {
    const fixture = await createFixture(ours, { options: { authToken: "first" } });
    const streamId = await createStream(fixture.convex);
    const second = fixture.open({ streamId, options: { authToken: "second" } }, fixture.client);
    fixture.answer.say(ANSWER);
    fixture.answer.end();
    await second.until(({ status }) => status === "done");
    await fixture.page.until(({ status }) => status === "done");
    const tokens = fixture.drives.map(({ headers, body }) => [
      JSON.parse(body).streamId,
      headers.get("authorization"),
    ]);
    expect(new Map(tokens as [string, string][])).toEqual(
      new Map([
        [fixture.streamId, "Bearer first"],
        [streamId, "Bearer second"],
      ]),
    );
  });
});

describe("the result", () => {
  test("has `stop` if the app gives a function for it", async () => {
    const fixture = await createFixture(ours);
    expect(fixture.page.result().stop).toBeUndefined();
    const stopped: string[] = [];
    const stop = (id: string) => {
      stopped.push(id);
      fixture.answer.end();
    };
    fixture.answer.say("One. ", "Two");
    await fixture.page.until(({ text }) => text === "One. Two");
    fixture.page.rerender({ options: { stop } });
    await fixture.page.result().stop?.();
    await fixture.page.until(({ text, status }) => text === "One. Two" && status === "done");
    expect(stopped).toEqual([fixture.streamId]);
    expectSteady(fixture.page.shown);
  });

  test("has `error` if the app's stop fails, which is not called again", async () => {
    let calls = 0;
    const stop = () => {
      calls++;
      throw new Error("Not yours");
    };
    const fixture = await createFixture(ours, { options: { stop } });
    fixture.answer.say("One. ");
    await fixture.page.until(({ text }) => text === "One. ");
    await fixture.page.result().stop?.();
    await expect
      .poll(() => fixture.page.result().error, { timeout: 15_000 })
      .toMatchObject({
        code: "rejected",
        message: "Not yours",
      });
    fixture.answer.say("Two three, ", "four. ", "Five");
    fixture.answer.end();
    await expectWhole(fixture);
    expect(calls).toBe(1);
  });

  test("has `error` if the request was refused, and stays pending", async () => {
    const fixture = await createFixture(ours, {}, { intercept: refuseFirst(503) });
    await expect.poll(() => fixture.page.result().error?.code, { timeout: 15_000 }).toBe("server");
    expect(fixture.page.result()).toMatchObject({ text: "", status: "pending" });
  });

  test("stays pending, with the error, if the action answers 401, and goes on by `retry`", async () => {
    const fixture = await createFixture(ours, {}, { intercept: refuseFirst(401) });
    await vi.waitFor(() => {
      expect(fixture.page.result().error?.code).toBe("unauthorized");
    });
    expect(fixture.page.result().status).toBe("pending");
    expect(fixture.drives).toHaveLength(1);
    fixture.page.result().retry?.();
    fixture.answer.say(ANSWER);
    fixture.answer.end();
    await fixture.page.until(({ text, status }) => text === ANSWER && status === "done");
    expect(fixture.drives).toHaveLength(2);
    expect(fixture.page.result().error).toBeUndefined();
  });

  test("is an error if the database says so; the text stays", async () => {
    const fixture = await createFixture(ours);
    const follower = fixture.open({ driven: false });
    fixture.answer.say("One. ", "Two");
    await fixture.page.until(({ text }) => text === "One. Two");
    await fixture.client.mutation(api.streaming.fail, { streamId: fixture.streamId });
    await follower.until(({ text, status }) => text === "One. " && status === "error");
    expect(follower.result().error?.code).toBe("generation");
  });

  test("has `error` if the query fails, and does not throw into the render", async () => {
    const fixture = await createFixture(ours);
    fixture.answer.say(ANSWER);
    fixture.answer.end();
    await expectWhole(fixture);
    await fixture.client.mutation(api.streaming.remove, { streamId: fixture.streamId });
    const late = fixture.open({ driven: false });
    await expect.poll(() => late.result().error?.message, { timeout: 15_000 }).toMatch(/not found/);
    expect(fixture.page.result()).toMatchObject({ text: ANSWER, status: "done" });
  });
});

test("a follower goes on after Convex's socket broke", async () => {
  const fixture = await createFixture(ours);
  const follower = fixture.open({ driven: false });
  fixture.answer.say("One. ");
  await follower.until(({ text }) => text === "One. ");
  fixture.convex.disconnect();
  fixture.answer.say("Two three, ", "four. ", "Five");
  fixture.answer.end();
  await follower.until(({ text, status }) => text === ANSWER && status === "done");
  expectSteady(follower.shown);
});

test("a query is watched only while the stream has readers and has not ended", async () => {
  const fixture = await createFixture(ours, { driven: false });
  await expect.poll(() => fixture.convex.watched(), { timeout: 15_000 }).toBe(1);
  const second = fixture.open();
  fixture.answer.say(ANSWER);
  fixture.answer.end();
  await expectWhole(fixture);
  await second.until(({ status }) => status === "done");
  await expect.poll(() => fixture.convex.watched(), { timeout: 15_000 }).toBe(0);
});

function Answer({ url }: { url: string }) {
  const { text, status } = useStream(
    api.streaming.getStreamBody,
    new URL("/chat-stream", url),
    true,
    "some-stream",
  );
  return `${status}:${text}`;
}

test("on a server it is pending, and requests nothing", async () => {
  const convex = await deploy();
  const html = renderToString(
    <ConvexProvider client={new ConvexReactClient(convex.url)}>
      <Answer url={convex.url} />
    </ConvexProvider>,
  );
  expect(html).toBe("pending:");
  expect([convex.requests.length, convex.connections()]).toEqual([0, 0]);
});

test("without a ConvexProvider it throws an error that says what to do", () => {
  expect(() => renderToString(<Answer url="http://localhost" />)).toThrow(/ConvexProvider/);
});
