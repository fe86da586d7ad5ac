import { expect, test } from "vitest";
import { createStreamClient, type DriveSink, type Source } from "../../src/index.ts";
import { tabs } from "../../src/tabs.ts";
import { until } from "../sources/recorder.ts";

const END = {
  status: "error",
  error: "quota",
  errorMessage: "No more today.",
  reason: "limit",
} as const;

test("the driving tab tells its siblings the error's code and message, and the reason", async () => {
  let drive: DriveSink | undefined;
  const source: Source = {
    // The sibling hears from the driving tab alone.
    follow() {},
    read: async ({ offset }) => ({ delta: "", offset, ...END }),
  };
  const client = () =>
    createStreamClient({
      source,
      drive: {
        drive(_request, sink) {
          drive = sink;
          sink.open();
        },
      },
      share: tabs({ scope: "ended" }),
    });
  const driving = client().stream("id", { driven: true });
  driving.subscribe(() => {});
  await until(() => drive !== undefined);
  const sibling = client().stream("id");
  const heard = sibling.finished;
  drive!.text("text");
  await until(() => sibling.snapshot().text === "text");
  drive!.end();
  for (const body of [await driving.finished, await heard]) {
    expect(body).toMatchObject({
      text: "text",
      status: "error",
      error: { code: "quota", message: "No more today." },
      reason: "limit",
    });
  }
});
