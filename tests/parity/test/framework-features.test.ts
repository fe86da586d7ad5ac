// Features of single frameworks, which the scenarios for all bindings cannot test.
import type { StreamClientOptions } from "@twinstream/core";
import * as react from "@twinstream/react";
import * as solid from "@twinstream/solid";
import * as vue from "@twinstream/vue";
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import {
  createComponent,
  createEffect,
  createSignal,
  createRoot as createSolidRoot,
} from "solid-js";
import { mount as mountSvelte, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApp, effectScope, h, isReactive, reactive, ref, toValue } from "vue";
import { until } from "../src/mounted-page.ts";
import StorePage from "../src/svelte/StorePage.svelte";
import { startTestServer, type TestServer } from "../src/test-server.ts";

let server: TestServer;
let target: HTMLElement;

beforeEach(() => {
  server = startTestServer();
  target = document.body.appendChild(document.createElement("main"));
});
afterEach(async () => {
  target.remove();
  await server.close();
});

describe("Vue", () => {
  test("the plugin provides the client to an app, and an effect scope stops reading", async () => {
    const id = await server.create();
    const app = createApp({
      setup() {
        const { text } = vue.useStream(id, { driven: true });
        return () => h("p", text.value);
      },
    }).use(vue.streamPlugin, server.client());
    app.mount(target);
    const scope = effectScope();
    const other = await server.create();
    const current = ref(id);
    const { text } = scope.run(() => vue.useStream(current, { client: server.client() }))!;
    server.write(id, "One");
    await until(() => expect([target.textContent, text.value]).toEqual(["One", "One"]));
    // No render or flush comes between a change of id and its text.
    current.value = other;
    expect(text.value).toBe("");
    current.value = id;
    expect(text.value).toBe("One");
    scope.stop();
    server.write(id, ", two");
    server.finish(id);
    await until(() => expect(target.textContent).toBe("One, two"));
    expect(text.value).toBe("One");
    app.unmount();
  });
});

describe.each([
  ["a ref", (options: StreamClientOptions) => ref(options), true],
  ["a reactive object", (options: StreamClientOptions) => reactive(options), true],
  ["a plain object", (options: StreamClientOptions) => options, false],
] as const)("Vue: options in %s", (_, given, isLive) => {
  test("make the client of an app's plugin, and headers reach the next request", async () => {
    const id = await server.create();
    const options = given({ url: server.url, headers: { authorization: "first" } });
    const app = createApp({
      setup() {
        const { text } = vue.useStream(id, { driven: true });
        return () => h("p", text.value);
      },
    }).use(vue.streamPlugin, options);
    app.mount(target);
    server.write(id, "One");
    await until(() => expect(target.textContent).toBe("One"));
    toValue(options).headers = { authorization: "second" };
    server.finish(id);
    await until(() => expect(server.sent("GET", id).length).toBeGreaterThan(0));
    expect(server.sent(id).map(({ headers }) => headers.get("authorization"))).toEqual([
      "first",
      "second",
    ]);
    expect(isReactive(toValue(options))).toBe(isLive);
    app.unmount();
  });
});

describe("Svelte", () => {
  test("a stream is a store", async () => {
    const id = await server.create();
    const page = mountSvelte(StorePage, { target, props: { id, client: server.client() } });
    server.write(id, "One, ");
    await until(() => expect(target.textContent).toBe("One, "));
    server.write(id, "two.");
    server.finish(id);
    await until(() => expect(target.querySelector("p")?.dataset.status).toBe("done"));
    expect(target.textContent).toBe("One, two.");
    await unmount(page);
  });
});

describe("Solid", () => {
  test("each accessor of a stream updates only for its own changes", async () => {
    const id = await server.create();
    const statuses: string[] = [];
    let text = () => "";
    const dispose = createSolidRoot((dispose) => {
      const stream = solid.useStream(id, { driven: true, client: server.client() });
      text = stream.text;
      createEffect(() => statuses.push(stream.status()));
      return dispose;
    });
    for (const letter of "abcdef") {
      server.write(id, letter);
      await until(() => expect(text()).toContain(letter));
    }
    server.finish(id);
    await until(() => expect(statuses.at(-1)).toBe("done"));
    expect(statuses).toEqual(["pending", "streaming", "done"]);
    dispose();
  });

  test("a provider with a url and reactive headers makes a client", async () => {
    const id = await server.create();
    const [token, setToken] = createSignal("first");
    let text: () => string = () => "";
    const dispose = createSolidRoot((dispose) => {
      createComponent(solid.StreamProvider, {
        url: server.url,
        get headers() {
          return { authorization: token() };
        },
        get children() {
          text = solid.useStream(id, { driven: true }).text;
          return undefined;
        },
      });
      return dispose;
    });
    server.write(id, "One");
    await until(() => expect(text()).toBe("One"));
    setToken("second");
    server.finish(id);
    await until(() => expect(server.sent("GET", id).length).toBeGreaterThan(0));
    expect(server.sent(id).map(({ headers }) => headers.get("authorization"))).toEqual([
      "first",
      "second",
    ]);
    dispose();
  });
});

test("an unknown option is refused by each binding, by its name", () => {
  const message = "client.stream has no option `drive`";
  const client = server.client();
  const options = { client, drive: true } as object;
  expect(() => createSolidRoot(() => solid.useStream("id", options))).toThrow(message);
  expect(() => effectScope().run(() => vue.useStream("id", options))).toThrow(message);
  expect(() =>
    mountSvelte(StorePage, { target, props: { id: "id", client, more: { drive: true } } }),
  ).toThrow(message);
  const errors: unknown[] = [];
  const root = createRoot(target.appendChild(document.createElement("p")), {
    onUncaughtError: (error) => errors.push(error),
  });
  const Misspelt = () => react.useStream("id", options).text;
  flushSync(() => root.render(createElement(Misspelt)));
  expect(String(errors[0])).toMatch(message);
  expect(server.sent("id")).toEqual([]);
});

test("without a client, each binding throws an error that says what to do", () => {
  const message = /No stream client: /;
  expect(() => createSolidRoot(() => solid.useStream("id"))).toThrow(message);
  expect(() => effectScope().run(() => vue.useStream("id"))).toThrow(message);
  expect(() => mountSvelte(StorePage, { target, props: { id: "id", client: undefined } })).toThrow(
    message,
  );
  const Orphan = () => react.useStream("id").text;
  let caught: unknown;
  const orphan = createRoot(target.appendChild(document.createElement("p")), {
    onUncaughtError: (error) => {
      caught = error;
    },
  });
  flushSync(() => orphan.render(createElement(Orphan)));
  expect(String(caught)).toMatch(message);
});
