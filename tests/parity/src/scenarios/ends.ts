import { subscribeSource } from "@twinstream/core";
import { expect } from "vitest";
import { mount, until } from "../mounted-page.ts";
import type { Scenario } from "./scenario.ts";

/** Errors, reasons, and rests that are no ends. */
export const ends: readonly Scenario[] = [
  {
    name: "reason",
    async run(adapter, server) {
      const source = subscribeSource((_id, sink) => {
        sink.next({ text: "Cut", status: "done", reason: "length" });
        return () => {};
      });
      const client = server.client({ source });
      const page = mount(adapter, server, { id: "an-id" }, { client });
      await page.shows("Cut", "done");
      expect(page.elements()[0]?.dataset.reason).toBe("length");
      page.unmount();
    },
  },
  {
    name: "one error, live, later and from a render",
    async run(adapter, server) {
      const id = await server.create();
      const live = mount(adapter, server, { id, options: () => ({ driven: true }) });
      server.write(id, "So far");
      await live.shows("So far");
      server.fail(id);
      await live.shows("So far", "error");
      const later = mount(adapter, server, { id });
      await later.shows("So far", "error");
      const initial = await server.read(id);
      const rendered = mount(adapter, server, { id, options: () => ({ initial }) });
      await rendered.shows("So far", "error");
      const errors = [live, later, rendered].map((page) => page.elements()[0]?.dataset.error);
      expect(errors[0]).toMatch(/^generation: ./);
      expect(new Set(errors).size).toBe(1);
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
