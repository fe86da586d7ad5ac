import { afterAll, afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";
import type { Adapter } from "./adapter.ts";
import { capitals } from "./capitals.ts";
import { refusedAnswer } from "./model-answers.ts";
import { type MountedPage, mount } from "./mounted-page.ts";
import { plain } from "./plain/browser.ts";
import { react } from "./react/browser.tsx";
import { initial, names } from "./rendered.ts";
import { scenarios } from "./scenarios/scenarios.ts";
import { solid } from "./solid/browser.tsx";
import { svelte } from "./svelte/browser.ts";
import { table } from "./table.ts";
import { startTestServer, type TestServer } from "./test-server.ts";
import { versions } from "./versions.ts";
import { vue } from "./vue/browser.ts";

const adapters: Readonly<Record<(typeof names)[number], Adapter>> = {
  plain,
  react,
  vue,
  svelte,
  solid,
};

/** Expects that the page kept the server's elements and did not replace them. */
function expectHydrated(page: MountedPage & { markup: HTMLElement[] }): void {
  const elements = page.elements();
  expect(elements).toHaveLength(page.markup.length);
  for (const [at, element] of elements.entries()) expect(element).toBe(page.markup[at]);
}

/** Declares every scenario for every binding, and prints the table of the results. */
export function paritySuite(title: string): void {
  const passed = new Set<string>();
  let server: TestServer;
  let logged: unknown[][];

  beforeEach(() => {
    server = startTestServer();
    logged = [];
    for (const level of ["error", "warn"] as const) {
      vi.spyOn(console, level).mockImplementation((...args) => logged.push(args));
    }
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    document.body.replaceChildren();
    await server.close();
  });

  const rows: string[] = [];
  for (const name of names) {
    const adapter = adapters[name];
    const run = (scenario: string, body: () => Promise<void> | void) => {
      if (!rows.includes(scenario)) rows.push(scenario);
      test(scenario, async () => {
        await body();
        // Frameworks report hydration mismatches, leaks and misuse on the console.
        expect(logged).toEqual([]);
        passed.add(`${name} ${scenario}`);
      });
    };
    describe(adapter.name, () => {
      for (const scenario of scenarios) run(scenario.name, () => scenario.run(adapter, server));

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

      run("SSR of a failed answer, as it is live", async () => {
        const { failed: html, timers } = inject("rendered")[name];
        expect(timers).toBe(0);
        const target = document.createElement("main");
        target.innerHTML = html;
        const id = await server.create();
        const page = mount(adapter, server, { id, options: () => ({ driven: true }) });
        server.answer(id, refusedAnswer());
        await page.shows("So far", "error");
        const live = page.elements()[0]?.dataset;
        expect(live).toMatchObject({
          reason: "refusal",
          error: "refusal: I can't help with ½ of that.",
        });
        const elements = [...target.querySelectorAll("p")];
        expect(elements).toHaveLength(2);
        for (const { dataset, textContent } of elements) {
          expect(dataset).toMatchObject({ ...live });
          expect(textContent).toBe("So far");
        }
        page.unmount();
      });

      /** Hydrates the server's markup with the options of its render. */
      function hydrate(
        id: string,
        client = server.client(),
        view?: typeof capitals,
      ): MountedPage & { markup: HTMLElement[] } {
        const target = document.body.appendChild(document.createElement("main"));
        const { html, viewed } = inject("rendered")[name];
        target.innerHTML = view ? viewed : html;
        // A browser makes one text node of a text. happy-dom cuts it at every entity.
        target.normalize();
        const markup = [...target.querySelectorAll("p")];
        const options = () => ({
          driven: true,
          initial: { ...initial },
          ...(view && { view: (($body) => view($body)) as typeof view }),
        });
        const page = mount(
          adapter,
          server,
          { id, copies: 2, options },
          { target, client, hydrate: true },
        );
        return Object.assign(page, { markup });
      }

      run("hydration with initial", async () => {
        const id = await server.create();
        await server.generate(id);
        server.write(id, initial.text);
        const page = hydrate(id);
        await page.shows(initial.text, "streaming");
        server.write(id, "then live.");
        server.finish(id);
        await page.shows(`${initial.text}then live.`, "done");
        expectHydrated(page);
        for (const { text } of page.renders) expect(text.startsWith(initial.text)).toBe(true);
        page.unmount();
      });

      run("SSR and hydration with a view", async () => {
        const id = await server.create();
        await server.generate(id);
        server.write(id, initial.text);
        const page = hydrate(id, server.client(), capitals);
        const capitalised = initial.text.toUpperCase();
        expect(page.markup.map((element) => element.textContent)).toEqual([
          capitalised,
          capitalised,
        ]);
        expect(page.markup.map((element) => element.dataset.words)).toEqual(["4", "4"]);
        await page.shows(capitalised, "streaming");
        server.write(id, "then live.");
        server.finish(id);
        await page.shows(`${capitalised}THEN LIVE.`, "done");
        expect(page.elements().map((element) => element.dataset.words)).toEqual(["6", "6"]);
        expectHydrated(page);
        page.unmount();
      });

      run("hydration behind another reader", async () => {
        // Another part of the page read the stream first: the client knows more than the markup shows.
        const id = await server.create();
        await server.generate(id);
        server.write(id, `${initial.text}then live.`);
        server.finish(id);
        const client = server.client();
        await client.stream(id).finished;
        const page = hydrate(id, client);
        await page.shows(`${initial.text}then live.`, "done");
        expectHydrated(page);
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
