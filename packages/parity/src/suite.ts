import { afterAll, afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";
import type { Adapter } from "./adapter.ts";
import { plain } from "./plain/browser.ts";
import { react } from "./react/browser.tsx";
import { initial, names } from "./rendered.ts";
import { scenarios } from "./scenarios.ts";
import { solid } from "./solid/browser.tsx";
import { mount } from "./stage.ts";
import { svelte } from "./svelte/browser.ts";
import { table } from "./table.ts";
import { versions } from "./versions.ts";
import { vue } from "./vue/browser.ts";
import { startWorld, type World } from "./world.ts";

const adapters: Readonly<Record<(typeof names)[number], Adapter>> = {
  plain,
  react,
  vue,
  svelte,
  solid,
};

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

      run("server rendering", () => {
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

      run("hydration with initial", async () => {
        const id = await world.create();
        await world.generate(id);
        world.write(id, initial.text);
        const target = document.body.appendChild(document.createElement("main"));
        target.innerHTML = inject("rendered")[name].html;
        // A browser makes one text node of a text; happy-dom cuts it at every entity.
        target.normalize();
        const markup = [...target.querySelectorAll("p")];
        const page = mount(
          adapter,
          world,
          { id, copies: 2, options: () => ({ driven: true, initial: { ...initial } }) },
          { target, hydrate: true },
        );
        await page.shows(initial.text, "streaming");
        world.write(id, "then live.");
        world.finish(id);
        await page.shows(`${initial.text}then live.`, "done");
        // Taken over, not thrown away and made anew.
        expect(page.elements()).toEqual(markup);
        for (const { text } of page.renders) expect(text.startsWith(initial.text)).toBe(true);
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
