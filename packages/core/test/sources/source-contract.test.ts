import { httpSource } from "../../src/lib/sources/http-source.ts";
import { liveTextSource } from "../../src/lib/sources/live-text-source.ts";
import { pollSource } from "../../src/lib/sources/poll-source.ts";
import { subscribeSource } from "../../src/lib/sources/subscribe-source.ts";
import { sourceContract } from "./source-contract.ts";
import {
  deltaOf,
  durableStreams,
  jsonEndpoint,
  rows,
  subscription,
  twinstream,
} from "./source-fixtures.ts";

const fast = { intervalMs: 5, maxIntervalMs: 20 };
const modes = ["text", "sse", "long-poll", "poll"] as const;

sourceContract(
  "the default source",
  { statuses: true, fetches: true, resumes: true, live: true },
  () => twinstream(() => liveTextSource),
);

for (const live of modes) {
  sourceContract(
    `httpSource, ${live}, on a Twinstream server`,
    { statuses: true, fetches: true, resumes: true, live: live === "text" },
    () => twinstream(() => httpSource({ live, ...fast })),
  );
  sourceContract(
    `httpSource, ${live}, on a Durable Streams server`,
    { statuses: false, fetches: true, resumes: false, live: live === "text" },
    () => durableStreams((url) => httpSource({ live, url, ...fast })),
  );
}

for (const [name, answer] of [
  ["the whole text", {}],
  ["the whole text, with ETags", { etag: true }],
  ["deltas", { delta: true }],
  ["deltas, with ETags", { delta: true, etag: true }],
] as const) {
  sourceContract(
    `pollSource, of an endpoint with ${name}`,
    { statuses: true, fetches: true, resumes: "delta" in answer },
    () => jsonEndpoint((read) => pollSource({ read, ...fast }), answer),
  );
}

sourceContract(
  "pollSource, of a function",
  { statuses: true, fetches: false, resumes: true },
  async () => {
    const table = rows();
    return {
      source: pollSource({
        read: async ({ id, offset }) => deltaOf(table.get(id), offset),
        ...fast,
      }),
      open: table.open,
      close: async () => {},
    };
  },
);

for (const delta of [false, true]) {
  sourceContract(
    `subscribeSource, of ${delta ? "deltas" : "whole bodies"}`,
    { statuses: true, fetches: false, resumes: delta },
    () =>
      subscription(
        (subscribe) => subscribeSource((id, sink, { offset }) => subscribe(id, sink, offset)),
        delta,
      ),
  );
}
