// Every binding on a Convex query, with Convex's own client and the component's own functions.
import { createRequire } from "node:module";
import { PersistentTextStreaming, type StreamId } from "@convex-dev/persistent-text-streaming";
import type { ComponentApi } from "@convex-dev/persistent-text-streaming/_generated/component.js";
import { convexSource, type GetStreamBody } from "@twinstream/convex";
import { createStreamClient } from "@twinstream/core";
import { startConvex } from "@twinstream/harness/convex";
import { ConvexClient } from "convex/browser";
import {
  componentsGeneric,
  defineSchema,
  httpActionGeneric,
  httpRouter,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { mount } from "../src/mounted-page.ts";
import { plain } from "../src/plain/browser.ts";
import { react } from "../src/react/browser.tsx";
import { solid } from "../src/solid/browser.tsx";
import { svelte } from "../src/svelte/browser.ts";
import { vue } from "../src/vue/browser.ts";

// Not imported: this project resolves packages as browsers do, and gets an empty module.
const { WebSocket } = createRequire(import.meta.url)("ws") as typeof import("ws");

const components = componentsGeneric() as unknown as {
  persistentTextStreaming: ComponentApi<"persistentTextStreaming">;
};
const streaming = new PersistentTextStreaming(components.persistentTextStreaming);
const getStreamBody = makeFunctionReference<"query">("streaming:body") as GetStreamBody;
const createStream = makeFunctionReference<"mutation", Record<string, never>, string>(
  "streaming:create",
);

/** Makes the modules of an app's `convex/` folder. Its answers are the pieces that `pieces` yields. */
function app(pieces: () => AsyncIterable<string>) {
  const http = httpRouter();
  http.route({
    path: "/chat",
    method: "POST",
    handler: httpActionGeneric(async (ctx, request) => {
      const { streamId } = (await request.json()) as { streamId: StreamId };
      return streaming.stream(ctx, request, streamId, async (_ctx, _request, _id, append) => {
        for await (const piece of pieces()) await append(piece);
      });
    }),
  });
  const functions = {
    create: mutationGeneric({ args: {}, handler: (ctx) => streaming.createStream(ctx) }),
    body: queryGeneric({
      args: { streamId: v.string() },
      handler: (ctx, { streamId }) => streaming.getStreamBody(ctx, streamId as StreamId),
    }),
  };
  return {
    "/_generated/api.js": async () => ({}),
    "/schema.js": async () => ({ default: defineSchema({}) }),
    "/http.js": async () => ({ default: http }),
    "/streaming.js": async () => functions,
  };
}

/** Makes a gate that a generation waits for. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

afterEach(() => document.body.replaceChildren());

test.each([plain, react, vue, svelte, solid])(
  "$name drives and follows a Convex stream",
  async (adapter) => {
    const rest = gate();
    const modules = app(async function* () {
      yield "One. ";
      yield "Two ";
      await rest.opened;
      yield "three";
    });
    const deployment = await startConvex({ modules });
    onTestFinished(() => deployment.close());
    /** Mounts a page with its own Convex client, and a stream client on it. */
    const page = (id: string, driven: boolean) => {
      const convex = new ConvexClient(deployment.url, {
        logger: false,
        webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
      });
      onTestFinished(() => convex.close());
      const client = createStreamClient({
        drive: `${deployment.url}/chat`,
        source: convexSource(convex, getStreamBody),
      });
      return mount(adapter, { client: () => client }, { id, options: () => ({ driven }) });
    };

    const id = await deployment.backend.mutation(createStream, {});
    const driver = page(id, true);
    const follower = page(id, false);
    // The driver has the generated text, the follower the stored text.
    await driver.shows("One. Two ", "streaming");
    await follower.shows("One. ", "streaming");
    rest.open();
    await driver.shows("One. Two three", "done");
    await follower.shows("One. Two three", "done");
    expect(deployment.requests.map(({ body }) => JSON.parse(body))).toEqual([{ streamId: id }]);
    driver.unmount();
    follower.unmount();
  },
);
