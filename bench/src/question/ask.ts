import { createStreamClient, newStreamId } from "@twinstream/core";

/** How a question gets its stream: by a request of its own, or by the drive. */
export type Asking = "create, then drive" | "creating drive";

/**
 * Asks a question as a page does.
 *
 * @returns the ms from the question to the first text that is shown
 */
export async function ask(port: number, how: Asking): Promise<number> {
  const client = createStreamClient({ url: `http://127.0.0.1:${port}/s` });
  const asked = performance.now();
  const create = how === "creating drive";
  const id = create ? newStreamId() : await client.create();
  const stream = client.stream(id, { driven: true, create, input: "Hello?" });
  return new Promise((resolve) => {
    const leave = stream.subscribe(({ text }) => {
      if (text === "") return;
      resolve(performance.now() - asked);
      queueMicrotask(() => leave());
    });
  });
}
