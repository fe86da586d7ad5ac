import { afterAll, afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";
import type { Adapter } from "./adapter.ts";
import { mount, type Stage } from "./mounted-page.ts";
import { plain } from "./plain/browser.ts";
import { react } from "./react/browser.tsx";
import { initial, names } from "./rendered.ts";
import { scenarios } from "./scenarios.ts";
import { solid } from "./solid/browser.tsx";
import { svelte } from "./svelte/browser.ts";
import { table } from "./table.ts";
import { startWorld, type World } from "./test-server.ts";
import { versions } from "./versions.ts";
import { vue } from "./vue/browser.ts";

const adapters: Readonly<Record<(typeof names)[number], Adapter>> = {
  plain,
  react,
  vue,
  svelte,
  solid,
};

/** The server's elements are still there, not thrown away and made anew. */
function expectTakenOver(page: Stage & { markup: HTMLElement[] }): void {
  const elements = page.elements();
  expect(elements).toHaveLength(page.markup.length);
  for (const [at, element] of elements.entries()) expect(element).toBe(page.markup[at]);
}

/** Declares every scenario for every binding, and prints the table of what passed. */
export function paritySuite(title: string): void {
  const passed = new Set<string>();
  let world: World;
  let complaints: unknown[][];

  beforeEach(() => {
    world = startWorld();
    complaints = [];
    for (const level of ["error", "warn"] as const) {
      vi.spyOn(console, level).mockImplementation((...args) => complaints.push(args));
    }
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    document.body.replaceChildren();
    await world.close();
  });

  const rows: string[] = [];
  for (const name of names) {
    const adapter = adapters[name];
    const run = (scenario: string, body: () => Promise<void> | void) => {
      if (!rows.includes(scenario)) rows.push(scenario);
      test(scenario, async () => {
        await body();
        // Frameworks tell of hydration mismatches, leaks and misuse on the console.
        expect(complaints).toEqual([]);
        passed.add(`${name} ${scenario}`);
      });
    };
    describe(adapter.name, () => {
      for (const scenario of scenarios) run(scenario.name, () => scenario.run(adapter, world));

      run("SSR render", () => {
        const { html, again, requests } = inject("rendered")[name];
        expect(requests).toBe(0);
        const target = document.createElement("main");
        target.innerHTML = html;
        const shown = [...target.querySelectorAll("p")];
        expect(shown.map((element) => element.textContent)).toEqual([initial.text, initial.text]);
        expect(shown.map((element) => element.dataset.status)).toEqual(["streaming", "streaming"]);
        expect(again).not.toContain("Rendered");
        expect(again).toContain("pending");
      });

      /** The server's markup, which a page takes over by the options that it was rendered with. */
      function hydrate(id: string, client = world.client()): Stage & { markup: HTMLElement[] } {
        const target = document.body.appendChild(document.createElement("main"));
        target.innerHTML = inject("rendered")[name].html;
        // A browser makes one text node of a text; happy-dom cuts it at every entity.
        target.normalize();
        const markup = [...target.querySelectorAll("p")];
        const options = () => ({ driven: true, initial: { ...initial } });
        const page = mount(
          adapter,
          world,
          { id, copies: 2, options },
          { target, client, hydrate: true },
        );
        return Object.assign(page, { markup });
      }

      run("hydration with initial", async () => {
        const id = await world.create();
        await world.generate(id);
        world.write(id, initial.text);
        const page = hydrate(id);
        await page.shows(initial.text, "streaming");
        world.write(id, "then live.");
        world.finish(id);
        await page.shows(`${initial.text}then live.`, "done");
        expectTakenOver(page);
        for (const { text } of page.renders) expect(text.startsWith(initial.text)).toBe(true);
        page.unmount();
      });

      run("hydration behind another reader", async () => {
        // Another part of the page was there first: the client knows more than the markup shows.
        const id = await world.create();
        await world.generate(id);
        world.write(id, `${initial.text}then live.`);
        world.finish(id);
        const client = world.client();
        await client.stream(id).finished;
        const page = hydrate(id, client);
        await page.shows(`${initial.text}then live.`, "done");
        expectTakenOver(page);
        page.unmount();
      });
    });
  }

  afterAll(() => {
    const columns = names.map((name) =>
      name === "plain" ? adapters[name].name : `${adapters[name].name} ${versions[name]}`,
    );
    console.log(
      table(title, columns, rows, (row, column) =>
        passed.has(`${names[columns.indexOf(column)]} ${row}`),
      ),
    );
  });
}
