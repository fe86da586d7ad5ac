import type { StreamBody, StreamClient } from "@twinstream/core";
import { expect } from "vitest";
import { type MountedPage, mount, until } from "../mounted-page.ts";
import type { TestServer } from "../test-server.ts";
import type { Scenario } from "./scenario.ts";

/** Expects that each stream's text only grew. */
function expectGrowth({ renders }: MountedPage): void {
  const last = new Map<unknown, string>();
  for (const { id, text } of renders) {
    expect(text.startsWith(last.get(id) ?? "")).toBe(true);
    last.set(id, text);
  }
}

const drive = (server: TestServer, id: string) => server.sent("POST", `/${id}/drive`).length;

/** Wraps a client. `reading` returns the ids of the streams that are being read, once for each reader. */
function counted(client: StreamClient): { client: StreamClient; reading: () => string[] } {
  const readers = new Map<symbol, string>();
  return {
    reading: () => [...readers.values()],
    client: {
      ...client,
      stream(id, options) {
        const stream = client.stream(id, options);
        return Object.create(stream, {
          subscribe: {
            value(listener: (body: StreamBody) => void) {
              const reader = Symbol();
              readers.set(reader, id);
              const leave = stream.subscribe(listener);
              return () => {
                readers.delete(reader);
                leave();
              };
            },
          },
        });
      },
    },
  };
}

/** Driving, following and leaving. */
export const reading: readonly Scenario[] = [
  {
    name: "drive",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, {
        id,
        options: () => ({ driven: true, input: { a: 1 } }),
      });
      server.write(id, "One, ");
      await page.shows("One, ", "streaming");
      server.write(id, "two.");
      server.finish(id);
      await page.shows("One, two.", "done");
      expectGrowth(page);
      expect(drive(server, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "follow",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id });
      await page.shows("", "pending");
      await server.generate(id);
      server.write(id, "One, ");
      await page.shows("One, ", "streaming");
      server.write(id, "two.");
      server.finish(id);
      await page.shows("One, two.", "done");
      expectGrowth(page);
      expect(drive(server, id)).toBe(0);
      page.unmount();
    },
  },
  {
    name: "refresh",
    async run(adapter, server) {
      const id = await server.create();
      const options = () => ({ driven: true });
      const before = mount(adapter, server, { id, options });
      server.write(id, "Before, ");
      await before.shows("Before, ");
      before.unmount();
      const after = mount(adapter, server, { id, options });
      await after.shows("Before, ", "streaming");
      server.write(id, "after.");
      server.finish(id);
      await after.shows("Before, after.", "done");
      expectGrowth(after);
      after.unmount();
    },
  },
  {
    name: "no id",
    async run(adapter, server) {
      const page = mount(adapter, server, { id: null, options: () => ({ driven: true }) });
      await page.shows("", "pending");
      page.update({ id: undefined });
      page.controls.start();
      await page.controls.stop();
      await page.shows("", "pending");
      expect(server.sent("")).toEqual([]);
      const id = await server.create();
      server.write(id, "Now.");
      server.finish(id);
      page.update({ id });
      await page.shows("Now.", "done");
      page.update({ id: undefined });
      await page.shows("", "pending");
      page.unmount();
    },
  },
  {
    name: "switch id",
    async run(adapter, server) {
      const [first, second] = [await server.create(), await server.create()];
      const page = mount(adapter, server, { id: first, options: () => ({ driven: true }) });
      server.write(first, "Apples ");
      await page.shows("Apples ");
      page.update({ id: second });
      server.write(second, "Bananas.");
      server.finish(second);
      server.write(first, "and more.");
      server.finish(first);
      await page.shows("Bananas.", "done");
      for (const { id, text } of page.renders) {
        expect((id === first ? "Apples and more." : "Bananas.").startsWith(text)).toBe(true);
      }
      page.update({ id: first });
      await page.shows("Apples and more.", "done");
      expect([drive(server, first), drive(server, second)]).toEqual([1, 1]);
      page.unmount();
    },
  },
  {
    name: "unmount and remount",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id, options: () => ({ driven: true }) });
      server.write(id, "Here, ");
      await page.shows("Here, ");
      page.update({ copies: 0 });
      await until(() => expect(page.elements()).toEqual([]));
      server.write(id, "gone, ");
      page.update({ copies: 1 });
      await page.shows("Here, gone, ", "streaming");
      server.write(id, "here.");
      server.finish(id);
      await page.shows("Here, gone, here.", "done");
      page.update({ copies: 0 });
      await until(() => expect(page.elements()).toEqual([]));
      page.update({ copies: 1 });
      await page.shows("Here, gone, here.", "done");
      expectGrowth(page);
      expect(drive(server, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "readers that leave",
    async run(adapter, server) {
      const [first, second] = [await server.create(), await server.create()];
      const { client, reading } = counted(server.client());
      const page = mount(adapter, server, { id: first, copies: 2 }, { client });
      await until(() => expect(reading()).toEqual([first, first]));
      page.update({ id: second });
      await until(() => expect(reading()).toEqual([second, second]));
      page.update({ copies: 1 });
      await until(() => expect(reading()).toEqual([second]));
      page.update({ id: null });
      await until(() => expect(reading()).toEqual([]));
      page.update({ id: first });
      await until(() => expect(reading()).toEqual([first]));
      page.unmount();
      await until(() => expect(reading()).toEqual([]));
    },
  },
  {
    name: "two components on one id",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id, copies: 2, options: () => ({ driven: true }) });
      server.write(id, "Twice.");
      await page.shows("Twice.", "streaming");
      expect(page.elements()).toHaveLength(2);
      server.finish(id);
      await page.shows("Twice.", "done");
      expect(drive(server, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "StrictMode double mount",
    async run(adapter, server) {
      // React's page is always in StrictMode. Here the other bindings too are mounted, unmounted and
      // mounted again before the server has answered.
      const id = await server.create();
      const page = mount(adapter, server, { id, options: () => ({ driven: true }) });
      page.update({ copies: 0 });
      page.update({ copies: 1 });
      server.write(id, "Once.");
      server.finish(id);
      await page.shows("Once.", "done");
      expect(drive(server, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "inline headers and input",
    async run(adapter, server) {
      const id = await server.create();
      const client = server.client({ headers: { authorization: "Bearer token" } });
      const options = () => ({ driven: true, input: { at: Math.random() } });
      const page = mount(adapter, server, { id, options }, { client });
      server.write(id, "A");
      await page.shows("A");
      for (const letter of "BCDE") {
        page.update({ options: () => options() });
        server.write(id, letter);
      }
      await page.shows("ABCDE", "streaming");
      server.finish(id);
      await page.shows("ABCDE", "done");
      expect(drive(server, id)).toBe(1);
      for (const { headers } of server.sent(id)) {
        expect(headers.get("authorization")).toBe("Bearer token");
      }
      page.unmount();
    },
  },
  {
    name: "driven later",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id });
      await page.shows("", "pending");
      expect(drive(server, id)).toBe(0);
      page.update({ options: () => ({ driven: true }) });
      server.write(id, "Driven.");
      server.finish(id);
      await page.shows("Driven.", "done");
      expect(drive(server, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "start",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id });
      page.controls.start();
      page.controls.start();
      server.write(id, "Started.");
      server.finish(id);
      await page.shows("Started.", "done");
      expect(drive(server, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "error",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id, options: () => ({ driven: true }) });
      server.write(id, "So far");
      await page.shows("So far");
      server.fail(id);
      await page.shows("So far", "error");
      expectGrowth(page);
      page.unmount();
    },
  },
  {
    name: "stop",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id, options: () => ({ driven: true }) });
      server.write(id, "Enough");
      await page.shows("Enough");
      await page.controls.stop();
      await page.shows("Enough", "stopped");
      expect(server.sent("POST", `/${id}/stop`)).toHaveLength(1);
      page.unmount();
    },
  },
];
