import { api } from "@twinstream/harness/convex/app/_generated/api";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import { renderToString } from "react-dom/server";
import { describe, expect, expectTypeOf, test } from "vitest";
import { useStream } from "../src/react.ts";
import { ours, type UseStream } from "./hooks.ts";
import { ANSWER, begin, expectSteady, expectWhole } from "./scene.ts";
import { createStream, deploy } from "./stage.tsx";
import { refuseFirst } from "./wire.ts";

test("it has the signature of the component's own hook", () => {
  expectTypeOf(useStream).toExtend<UseStream>();
});

describe("the request", () => {
  test("bears the token, the headers and the stream's id", async () => {
    const options = { authToken: "secret", headers: { "X-App": "chat" } };
    const scene = await begin(ours, { options });
    scene.answer.say(ANSWER);
    scene.answer.end();
    await expectWhole(scene);
    const [{ headers, body }] = scene.drives as [(typeof scene.drives)[number]];
    expect(headers.get("authorization")).toBe("Bearer secret");
    expect(headers.get("x-app")).toBe("chat");
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(body)).toEqual({ streamId: scene.streamId });
  });

  test("is not sent while there is no id", async () => {
    const scene = await begin(ours, { streamId: undefined });
    expect(scene.stage.result()).toMatchObject({ text: "", status: "pending" });
    scene.stage.rerender({ streamId: scene.streamId });
    scene.answer.say(ANSWER);
    scene.answer.end();
    await expectWhole(scene);
  });

  test("is sent once for two components, and where `driven` turns true later", async () => {
    const scene = await begin(ours, { driven: false });
    const second = scene.open({ driven: false }, scene.client);
    scene.stage.rerender({ driven: true });
    second.rerender({ driven: true });
    scene.answer.say(ANSWER);
    scene.answer.end();
    await second.until(({ text, status }) => text === ANSWER && status === "done");
    await expectWhole(scene);
  });

  test("of one stream has not the headers of another", async () => {
    const scene = await begin(ours, { options: { authToken: "first" } });
    const streamId = await createStream(scene.convex);
    const second = scene.open({ streamId, options: { authToken: "second" } }, scene.client);
    scene.answer.say(ANSWER);
    scene.answer.end();
    await second.until(({ status }) => status === "done");
    await scene.stage.until(({ status }) => status === "done");
    const tokens = scene.drives.map(({ headers, body }) => [
      JSON.parse(body).streamId,
      headers.get("authorization"),
    ]);
    expect(new Map(tokens as [string, string][])).toEqual(
      new Map([
        [scene.streamId, "Bearer first"],
        [streamId, "Bearer second"],
      ]),
    );
  });
});

describe("the result", () => {
  test("has `stop` where the app gives a function for it", async () => {
    const scene = await begin(ours);
    expect(scene.stage.result().stop).toBeUndefined();
    const stopped: string[] = [];
    const stop = (id: string) => {
      stopped.push(id);
      scene.answer.end();
    };
    scene.answer.say("One. ", "Two");
    await scene.stage.until(({ text }) => text === "One. Two");
    scene.stage.rerender({ options: { stop } });
    await scene.stage.result().stop?.();
    await scene.stage.until(({ text, status }) => text === "One. Two" && status === "done");
    expect(stopped).toEqual([scene.streamId]);
    expectSteady(scene.stage.shown);
  });

  test("has `error` where the app's stop fails, which is not called again", async () => {
    let calls = 0;
    const stop = () => {
      calls++;
      throw new Error("Not yours");
    };
    const scene = await begin(ours, { options: { stop } });
    scene.answer.say("One. ");
    await scene.stage.until(({ text }) => text === "One. ");
    await scene.stage.result().stop?.();
    await expect
      .poll(() => scene.stage.result().error, { timeout: 15_000 })
      .toMatchObject({
        code: "rejected",
        message: "Not yours",
      });
    scene.answer.say("Two three, ", "four. ", "Five");
    scene.answer.end();
    await expectWhole(scene);
    expect(calls).toBe(1);
  });

  test("has `error` where the request was refused, and stays pending", async () => {
    const scene = await begin(ours, {}, { intercept: refuseFirst(503) });
    await expect.poll(() => scene.stage.result().error?.code, { timeout: 15_000 }).toBe("server");
    expect(scene.stage.result()).toMatchObject({ text: "", status: "pending" });
  });

  test("is an error where the action says that nobody may", async () => {
    const scene = await begin(ours, {}, { intercept: refuseFirst(401) });
    await scene.stage.until(({ status }) => status === "error");
    expect(scene.stage.result().error?.code).toBe("unauthorized");
    expect(scene.drives).toHaveLength(1);
  });

  test("is an error where the database says so; the text stays", async () => {
    const scene = await begin(ours);
    const follower = scene.open({ driven: false });
    scene.answer.say("One. ", "Two");
    await scene.stage.until(({ text }) => text === "One. Two");
    await scene.client.mutation(api.streaming.fail, { streamId: scene.streamId });
    await follower.until(({ text, status }) => text === "One. " && status === "error");
    expect(follower.result().error?.code).toBe("generation");
  });

  test("has `error` where the query fails, and does not throw into the render", async () => {
    const scene = await begin(ours);
    scene.answer.say(ANSWER);
    scene.answer.end();
    await expectWhole(scene);
    await scene.client.mutation(api.streaming.remove, { streamId: scene.streamId });
    const late = scene.open({ driven: false });
    await expect.poll(() => late.result().error?.message, { timeout: 15_000 }).toMatch(/not found/);
    expect(scene.stage.result()).toMatchObject({ text: ANSWER, status: "done" });
  });
});

test("a follower goes on where Convex's socket broke", async () => {
  const scene = await begin(ours);
  const follower = scene.open({ driven: false });
  scene.answer.say("One. ");
  await follower.until(({ text }) => text === "One. ");
  scene.convex.disconnect();
  scene.answer.say("Two three, ", "four. ", "Five");
  scene.answer.end();
  await follower.until(({ text, status }) => text === ANSWER && status === "done");
  expectSteady(follower.shown);
});

test("a query is watched only as long as there is something to come", async () => {
  const scene = await begin(ours, { driven: false });
  await expect.poll(() => scene.convex.watched(), { timeout: 15_000 }).toBe(1);
  const second = scene.open();
  scene.answer.say(ANSWER);
  scene.answer.end();
  await expectWhole(scene);
  await second.until(({ status }) => status === "done");
  await expect.poll(() => scene.convex.watched(), { timeout: 15_000 }).toBe(0);
});

function Page({ url }: { url: string }) {
  const { text, status } = useStream(
    api.streaming.getStreamBody,
    new URL("/chat-stream", url),
    true,
    "some-stream",
  );
  return `${status}:${text}`;
}

test("on a server it is pending, and asks for nothing", async () => {
  const convex = await deploy();
  const html = renderToString(
    <ConvexProvider client={new ConvexReactClient(convex.url)}>
      <Page url={convex.url} />
    </ConvexProvider>,
  );
  expect(html).toBe("pending:");
  expect([convex.requests.length, convex.connections()]).toEqual([0, 0]);
});

test("without a ConvexProvider it says what to do", () => {
  expect(() => renderToString(<Page url="http://localhost" />)).toThrow(/ConvexProvider/);
});
