import { newStreamId } from "@twinstream/core";
import { expect } from "vitest";
import { mount, until } from "../mounted-page.ts";
import type { Scenario } from "./scenario.ts";

/** How a page provides its client, and what its requests carry. */
export const clients: readonly Scenario[] = [
  {
    name: "headers that change in value",
    async run(adapter, server) {
      const id = await server.create();
      const provided = (token: string) => ({
        url: server.url,
        headers: { authorization: `Bearer ${token}` },
      });
      const page = mount(adapter, server, {
        id,
        provided: provided("first"),
        options: () => ({ driven: true }),
      });
      server.write(id, "One, ");
      await page.shows("One, ", "streaming");
      // Objects that only change their identity send nothing.
      for (let turn = 0; turn < 3; turn += 1) page.update({ provided: provided("first") });
      page.update({ provided: provided("second") });
      server.write(id, "two.");
      server.finish(id);
      await page.shows("One, two.", "done");
      const sent = server
        .sent(id)
        .map(({ method, headers }) => [method, headers.get("authorization")]);
      expect(sent).toEqual([
        ["POST", "Bearer first"],
        ["GET", "Bearer second"],
      ]);
      page.unmount();
    },
  },
  {
    name: "client or options, one after the other",
    async run(adapter, server) {
      const id = await server.create();
      await server.generate(id);
      server.write(id, "Here.");
      const tokens = () => server.sent("GET", id).map(({ headers }) => headers.get("x-from"));
      const from = (name: string, url = server.url) => ({ url, headers: { "x-from": name } });
      const page = mount(adapter, server, { id, provided: from("options") });
      await page.shows("Here.", "streaming");
      expect(tokens()).toEqual(["options"]);
      page.update({ provided: from("other url", `${server.url}/`) });
      await until(() => expect(tokens()).toEqual(["options", "other url"]));
      await page.shows("Here.", "streaming");
      page.update({ provided: server.client({ headers: { "x-from": "client" } }) });
      await until(() => expect(tokens()).toEqual(["options", "other url", "client"]));
      server.finish(id);
      await page.shows("Here.", "done");
      page.unmount();
    },
  },
  {
    name: "a question of one request",
    async run(adapter, server) {
      const id = newStreamId();
      const options = () => ({ driven: true, create: { tags: ["chat:7"] }, input: { a: 1 } });
      const page = mount(adapter, server, { id, options });
      server.write(id, "One request.");
      await page.shows("One request.", "streaming");
      expect(server.sent(id).map(({ method, query }) => method + query)).toEqual([
        "POST?create=1&tag=chat%3A7",
      ]);
      server.finish(id);
      await page.shows("One request.", "done");
      page.unmount();
    },
  },
  {
    name: "credentials",
    async run(adapter, server) {
      const id = await server.create();
      const carried: unknown[] = [];
      const provided = {
        url: server.url,
        credentials: "include",
        fetch(input: RequestInfo | URL, init?: RequestInit) {
          carried.push(init?.credentials);
          return fetch(input, init);
        },
      } as const;
      const page = mount(adapter, server, { id, provided, options: () => ({ driven: true }) });
      server.write(id, "Enough");
      await page.shows("Enough", "streaming");
      await page.controls.stop();
      await page.shows("Enough", "stopped");
      expect(carried.length).toBeGreaterThan(1);
      expect(new Set(carried)).toEqual(new Set(["include"]));
      page.unmount();
    },
  },
];
