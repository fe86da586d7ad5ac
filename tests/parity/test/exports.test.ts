import * as react from "@twinstream/react";
import * as solid from "@twinstream/solid";
import * as svelte from "@twinstream/svelte";
import * as vue from "@twinstream/vue";
import { expect, test } from "vitest";

/** Each framework has its own way to provide a client to the components below. */
const own = {
  react: ["StreamProvider"],
  vue: ["provideStreamClient", "streamPlugin"],
  svelte: ["setStreamClient"],
  solid: ["StreamProvider"],
};

const common = [
  "StreamError",
  "createStreamClient",
  "isTerminal",
  "newStreamId",
  "useStream",
  "useStreamClient",
];

test.each(Object.entries({ react, vue, svelte, solid }))(
  "%s exports the names that all bindings share, and its own provider",
  (name, exported) => {
    const expected = [...common, ...own[name as keyof typeof own]].sort();
    expect(Object.keys(exported).sort()).toEqual(expected);
  },
);
