import type { ConvexOptions } from "@twinstream/harness/convex";

type Intercept = NonNullable<ConvexOptions["intercept"]>;

/** A wire that holds each answer back after some bytes, until it is cut there. */
export interface Wire {
  readonly intercept: Intercept;
  /** Ends what is held back: cleanly, as an impatient proxy does, or by breaking the connection. */
  cut(how: "cleanly" | "broken"): void;
}

export function wireOf(bytes: number): Wire {
  let cut: Wire["cut"] = () => {};
  const told = new Promise<"cleanly" | "broken">((resolve) => {
    cut = resolve;
  });
  const intercept: Intercept = async (_request, action) => {
    const response = await action();
    if (!response.body) return response;
    const reader = response.body.getReader();
    let left = bytes;
    const held = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (left > 0) {
          const { value, done } = await reader.read();
          if (done) return controller.close();
          controller.enqueue(value.slice(0, left));
          left -= value.length;
          return;
        }
        const how = await told;
        void reader.cancel();
        if (how === "cleanly") controller.close();
        else controller.error(new Error("The connection broke."));
      },
    });
    return new Response(held, response);
  };
  return { intercept, cut };
}

/** Answers the first request with a status of its own, before the app hears of it. */
export function refuseFirst(status: number): Intercept {
  let first = true;
  return (_request, action) => {
    if (!first) return action();
    first = false;
    return Promise.resolve(new Response("Try later", { status }));
  };
}
