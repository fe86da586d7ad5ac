// The type of a real server's input reaches each binding.
import * as react from "@twinstream/react";
import { createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import * as solid from "@twinstream/solid";
import * as svelte from "@twinstream/svelte";
import * as vue from "@twinstream/vue";
import { expectTypeOf } from "expect-type";

const streams = createStreamServer({
  store: memoryStore(),
  authorize: () => true,
  parseInput: (value) => ({ prompt: String(value) }),
  generate({ input, append }) {
    expectTypeOf(input).toEqualTypeOf<{ prompt: string }>();
    append(input.prompt);
  },
});
type Server = typeof streams;

expectTypeOf<react.InputOf<Server>>().toEqualTypeOf<{ prompt: string }>();
const client = react.createStreamClient<Server>({ url: "/api/streams" });
expectTypeOf(client).toEqualTypeOf<react.StreamClient<{ prompt: string }>>();

export function Types() {
  const [right, wrong] = [{ prompt: "Hello" }, { question: "Hello" }];
  react.useStream<Server>("id", { input: right });
  vue.useStream<Server>("id", { input: right });
  svelte.useStream<Server>("id", { input: right });
  solid.useStream<Server>("id", { input: right });
  vue.useStream<Server>("id", () => ({ input: right }));
  svelte.useStream<Server>("id", () => ({ input: right }));
  solid.useStream<Server>("id", () => ({ input: right }));
  react.useStream("id", { client, input: right });
  vue.useStream("id", { client, input: right });
  svelte.useStream("id", { client, input: right });
  solid.useStream("id", { client, input: right });
  // @ts-expect-error: no prompt
  react.useStream<Server>("id", { input: wrong });
  // @ts-expect-error: no prompt
  vue.useStream<Server>("id", { input: wrong });
  // @ts-expect-error: no prompt
  svelte.useStream<Server>("id", { input: wrong });
  // @ts-expect-error: no prompt
  solid.useStream<Server>("id", { input: wrong });
  // @ts-expect-error: no prompt
  react.useStream("id", { client, input: wrong });
  // @ts-expect-error: no prompt
  vue.useStream("id", { client, input: wrong });
  // @ts-expect-error: no prompt
  svelte.useStream("id", { client, input: wrong });
  // @ts-expect-error: no prompt
  solid.useStream("id", { client, input: wrong });
}
