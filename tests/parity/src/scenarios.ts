import type { StreamBody, StreamClient } from "@twinstream/core";
import { expect } from "vitest";
import type { Adapter } from "./adapter.ts";
import { mount, type Stage, until } from "./mounted-page.ts";
import type { World } from "./test-server.ts";

/** One thing that every binding does alike. */
export interface Scenario {
  readonly name: string;
  run(adapter: Adapter, world: World): Promise<void>;
}

/** What was shown of a stream only ever grew. */
function expectGrowth({ renders }: Stage): void {
  const last = new Map<unknown, string>();
  for (const { id, text } of renders) {
    expect(text.startsWith(last.get(id) ?? "")).toBe(true);
    last.set(id, text);
  }
}

const drive = (world: World, id: string) => world.sent("POST", `/${id}/drive`).length;

/** The client, and the ids of the streams that are being read from it, once for each reader. */
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

/** The list. A binding is equal to the others when it passes all of it. */
export const scenarios: readonly Scenario[] = [
  {
    name: "drive",
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, {
        id,
        options: () => ({ driven: true, input: { a: 1 } }),
      });
      world.write(id, "One, ");
      await page.shows("One, ", "streaming");
      world.write(id, "two.");
      world.finish(id);
      await page.shows("One, two.", "done");
      expectGrowth(page);
      expect(drive(world, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "follow",
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, { id });
      await page.shows("", "pending");
      await world.generate(id);
      world.write(id, "One, ");
      await page.shows("One, ", "streaming");
      world.write(id, "two.");
      world.finish(id);
      await page.shows("One, two.", "done");
      expectGrowth(page);
      expect(drive(world, id)).toBe(0);
      page.unmount();
    },
  },
  {
    name: "refresh",
    async run(adapter, world) {
      const id = await world.create();
      const options = () => ({ driven: true });
      const before = mount(adapter, world, { id, options });
      world.write(id, "Before, ");
      await before.shows("Before, ");
      before.unmount();
      const after = mount(adapter, world, { id, options });
      await after.shows("Before, ", "streaming");
      world.write(id, "after.");
      world.finish(id);
      await after.shows("Before, after.", "done");
      expectGrowth(after);
      after.unmount();
    },
  },
  {
    name: "no id",
    async run(adapter, world) {
      const page = mount(adapter, world, { id: null, options: () => ({ driven: true }) });
      await page.shows("", "pending");
      page.update({ id: undefined });
      page.controls.start();
      await page.controls.stop();
      await page.shows("", "pending");
      expect(world.sent("")).toEqual([]);
      const id = await world.create();
      world.write(id, "Now.");
      world.finish(id);
      page.update({ id });
      await page.shows("Now.", "done");
      page.update({ id: undefined });
      await page.shows("", "pending");
      page.unmount();
    },
  },
  {
    name: "switch id",
    async run(adapter, world) {
      const [first, second] = [await world.create(), await world.create()];
      const page = mount(adapter, world, { id: first, options: () => ({ driven: true }) });
      world.write(first, "Apples ");
      await page.shows("Apples ");
      page.update({ id: second });
      world.write(second, "Bananas.");
      world.finish(second);
      world.write(first, "and more.");
      world.finish(first);
      await page.shows("Bananas.", "done");
      for (const { id, text } of page.renders) {
        expect((id === first ? "Apples and more." : "Bananas.").startsWith(text)).toBe(true);
      }
      page.update({ id: first });
      await page.shows("Apples and more.", "done");
      expect([drive(world, first), drive(world, second)]).toEqual([1, 1]);
      page.unmount();
    },
  },
  {
    name: "unmount and remount",
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, { id, options: () => ({ driven: true }) });
      world.write(id, "Here, ");
      await page.shows("Here, ");
      page.update({ copies: 0 });
      await until(() => expect(page.elements()).toEqual([]));
      world.write(id, "gone, ");
      page.update({ copies: 1 });
      await page.shows("Here, gone, ", "streaming");
      world.write(id, "here.");
      world.finish(id);
      await page.shows("Here, gone, here.", "done");
      page.update({ copies: 0 });
      await until(() => expect(page.elements()).toEqual([]));
      page.update({ copies: 1 });
      await page.shows("Here, gone, here.", "done");
      expectGrowth(page);
      expect(drive(world, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "readers that leave",
    async run(adapter, world) {
      const [first, second] = [await world.create(), await world.create()];
      const { client, reading } = counted(world.client());
      const page = mount(adapter, world, { id: first, copies: 2 }, { client });
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
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, { id, copies: 2, options: () => ({ driven: true }) });
      world.write(id, "Twice.");
      await page.shows("Twice.", "streaming");
      expect(page.elements()).toHaveLength(2);
      world.finish(id);
      await page.shows("Twice.", "done");
      expect(drive(world, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "StrictMode double mount",
    async run(adapter, world) {
      // React's page is always in StrictMode; here the others too are mounted, unmounted and mounted
      // again before anything has been answered.
      const id = await world.create();
      const page = mount(adapter, world, { id, options: () => ({ driven: true }) });
      page.update({ copies: 0 });
      page.update({ copies: 1 });
      world.write(id, "Once.");
      world.finish(id);
      await page.shows("Once.", "done");
      expect(drive(world, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "inline headers and input",
    async run(adapter, world) {
      const id = await world.create();
      const client = world.client({ headers: { authorization: "Bearer token" } });
      const options = () => ({ driven: true, input: { at: Math.random() } });
      const page = mount(adapter, world, { id, options }, { client });
      world.write(id, "A");
      await page.shows("A");
      for (const letter of "BCDE") {
        page.update({ options: () => options() });
        world.write(id, letter);
      }
      await page.shows("ABCDE", "streaming");
      world.finish(id);
      await page.shows("ABCDE", "done");
      expect(drive(world, id)).toBe(1);
      for (const { headers } of world.sent(id)) {
        expect(headers.get("authorization")).toBe("Bearer token");
      }
      page.unmount();
    },
  },
  {
    name: "driven later",
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, { id });
      await page.shows("", "pending");
      expect(drive(world, id)).toBe(0);
      page.update({ options: () => ({ driven: true }) });
      world.write(id, "Driven.");
      world.finish(id);
      await page.shows("Driven.", "done");
      expect(drive(world, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "start",
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, { id });
      page.controls.start();
      page.controls.start();
      world.write(id, "Started.");
      world.finish(id);
      await page.shows("Started.", "done");
      expect(drive(world, id)).toBe(1);
      page.unmount();
    },
  },
  {
    name: "error",
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, { id, options: () => ({ driven: true }) });
      world.write(id, "So far");
      await page.shows("So far");
      world.fail(id);
      await page.shows("So far", "error");
      expectGrowth(page);
      page.unmount();
    },
  },
  {
    name: "stop",
    async run(adapter, world) {
      const id = await world.create();
      const page = mount(adapter, world, { id, options: () => ({ driven: true }) });
      world.write(id, "Enough");
      await page.shows("Enough");
      await page.controls.stop();
      await page.shows("Enough", "stopped");
      expect(world.sent("POST", `/${id}/stop`)).toHaveLength(1);
      page.unmount();
    },
  },
];
