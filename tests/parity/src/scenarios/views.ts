import { smooth } from "@twinstream/core/smooth";
import type { ReadableAtom } from "nanostores";
import { expect } from "vitest";
import { capitals } from "../capitals.ts";
import { mount, until } from "../mounted-page.ts";
import type { Scenario } from "./scenario.ts";

/** The same, which knows its stores. */
function observed() {
  const stores: (ReadableAtom & { lc?: number })[] = [];
  return {
    stores,
    listened: () => stores.filter(({ lc }) => lc).length,
    view: ($body: Parameters<typeof capitals>[0]) => {
      const $view = capitals($body);
      stores.push($view);
      return $view;
    },
  };
}

/** Streams seen through a view. */
export const views: readonly Scenario[] = [
  {
    name: "view",
    async run(adapter, server) {
      const [first, second] = [await server.create(), await server.create()];
      const { stores, listened, view } = observed();
      const options = () => ({ driven: true, view: (($body) => view($body)) as typeof view });
      const page = mount(adapter, server, { id: first, options });
      server.write(first, "one two ");
      await page.shows("ONE TWO ", "streaming");
      expect(page.elements()[0]?.dataset.words).toBe("2");
      // One view a stream and component (two where React's StrictMode renders twice), however often it renders.
      const made = stores.length;
      expect(made).toBeLessThanOrEqual(2);
      for (let turn = 0; turn < 5; turn += 1) page.update({ options: () => options() });
      server.write(first, "three");
      await page.shows("ONE TWO THREE", "streaming");
      expect(stores).toHaveLength(made);
      expect(listened()).toBe(1);
      page.update({ id: second });
      await page.shows("", "pending");
      server.write(second, "four");
      server.finish(second);
      await page.shows("FOUR", "done");
      expect(page.elements()[0]?.dataset.words).toBe("1");
      expect(stores).toHaveLength(2 * made);
      expect(listened()).toBe(1);
      for (const { id, text } of page.renders) {
        expect((id === first ? "ONE TWO THREE" : "FOUR").startsWith(text)).toBe(true);
      }
      page.update({ copies: 0 });
      await until(() => expect(listened()).toBe(0));
      page.unmount();
    },
  },
  {
    name: "view without an id",
    async run(adapter, server) {
      const page = mount(adapter, server, { id: null, options: () => ({ view: capitals }) });
      await page.shows("", "pending");
      expect(server.sent("")).toEqual([]);
      const id = await server.create();
      server.write(id, "now");
      server.finish(id);
      page.update({ id, options: () => ({ driven: true, view: capitals }) });
      await page.shows("NOW", "done");
      page.unmount();
    },
  },
  {
    name: "view: smooth",
    async run(adapter, server) {
      const id = await server.create();
      const text = "A long answer, which appears evenly.";
      // Over so long that slow frames are many, too.
      const view: typeof smooth = ($body) => smooth($body, { lagMs: 1000, finishMs: 1000 });
      const options = () => ({ driven: true, view });
      const page = mount(adapter, server, { id, options });
      server.write(id, "A");
      await page.shows("A", "streaming");
      server.write(id, text.slice(1));
      server.finish(id);
      await page.shows(text, "done");
      const shown = new Set(page.renders.map(({ text }) => text));
      for (const part of shown) expect(text.startsWith(part)).toBe(true);
      // The server sent two pieces: without the view, the page would have shown three texts.
      expect(shown.size).toBeGreaterThan(4);
      // What is known already is shown at once.
      const later = mount(adapter, server, { id, options: () => ({ view: smooth }) });
      await later.shows(text, "done");
      page.unmount();
      later.unmount();
    },
  },
];
