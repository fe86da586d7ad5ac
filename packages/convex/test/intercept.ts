import type { ConvexOptions } from "@twinstream/harness/convex";

type Intercept = NonNullable<ConvexOptions["intercept"]>;

/** Answers that are held back after some bytes, until they are cut there. */
export interface HeldAnswers {
  readonly intercept: Intercept;
  /** Ends the answers: cleanly, as an impatient proxy does, or by breaking the connection. */
  cut(how: "cleanly" | "broken"): void;
}

/** Holds each answer back after so many bytes. */
export function holdAnswers(bytes: number): HeldAnswers {
  let cut: HeldAnswers["cut"] = () => {};
  const ended = new Promise<"cleanly" | "broken">((resolve) => {
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
        const how = await ended;
        void reader.cancel();
        if (how === "cleanly") controller.close();
        else controller.error(new Error("The connection broke."));
      },
    });
    return new Response(held, response);
  };
  return { intercept, cut };
}

/** Answers the first request with this status, before it reaches the app. */
export function refuseFirst(status: number): Intercept {
  let first = true;
  return (_request, action) => {
    if (!first) return action();
    first = false;
    return Promise.resolve(new Response("Try later", { status }));
  };
}
