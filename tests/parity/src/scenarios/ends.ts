import { StreamFailure } from "@twinstream/server";
import { expect } from "vitest";
import { cutAnswer } from "../model-answers.ts";
import { mount, until } from "../mounted-page.ts";
import type { Scenario } from "./scenario.ts";

/** Errors, reasons, and rests that are no ends. */
export const ends: readonly Scenario[] = [
  {
    name: "reason",
    async run(adapter, server) {
      const id = await server.create();
      const live = mount(adapter, server, { id, options: () => ({ driven: true }) });
      server.answer(id, cutAnswer("Cut"));
      await live.shows("Cut", "done");
      const later = mount(adapter, server, { id });
      await later.shows("Cut", "done");
      for (const page of [live, later]) {
        expect(page.elements()[0]?.dataset.reason).toBe("length");
        page.unmount();
      }
    },
  },
  {
    name: "one failure, live, later and from a render",
    async run(adapter, server) {
      const id = await server.create();
      const live = mount(adapter, server, { id, options: () => ({ driven: true }) });
      server.write(id, "So far");
      await live.shows("So far");
      server.fail(id, new StreamFailure("quota", "Come back tomorrow: ½ a day."));
      await live.shows("So far", "error");
      const later = mount(adapter, server, { id });
      await later.shows("So far", "error");
      // As it comes from a page's data.
      const initial = JSON.parse(JSON.stringify(await server.read(id)));
      const rendered = mount(adapter, server, { id, options: () => ({ initial }) });
      await rendered.shows("So far", "error");
      const errors = [live, later, rendered].map((page) => page.elements()[0]?.dataset.error);
      expect(errors).toEqual(Array(3).fill("quota: Come back tomorrow: ½ a day."));
      for (const page of [live, later, rendered]) page.unmount();
    },
  },
  {
    name: "retry after a 401",
    async run(adapter, server) {
      const id = await server.create();
      const page = mount(adapter, server, { id, options: () => ({ driven: true }) });
      server.write(id, "So far");
      await page.shows("So far", "streaming");
      // The answer ends, and the question how it ended is refused: no end, but a rest.
      server.refuse(401);
      server.finish(id);
      await until(() => expect(page.elements()[0]?.dataset.error).toMatch(/^unauthorized: ./));
      await page.shows("So far", "streaming");
      server.refuse();
      page.controls.retry();
      await page.shows("So far", "done");
      expect(page.elements()[0]?.dataset.error).toBeUndefined();
      expect(server.sent("POST", `/${id}/drive`)).toHaveLength(1);
      page.unmount();
    },
  },
];
