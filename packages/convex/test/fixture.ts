// One answer and a component that shows it, and what every reader of it must have been shown.
import type { ConvexOptions } from "@twinstream/harness/convex";
import { speak } from "@twinstream/harness/convex/app/model";
import { expect, vi } from "vitest";
import type { Hook } from "./hooks.ts";
import { type Call, connect, createStream, deploy, mount, persisted, type Shown } from "./page.tsx";

export const ANSWER = "One. Two three, four. Five";

interface FixtureOptions extends Omit<ConvexOptions, "modules"> {
  readonly strict?: boolean;
}

/** Makes a deployment, a stream and a component that drives it. */
export async function createFixture(
  hook: Hook,
  call: Partial<Call> = {},
  { strict = false, ...options }: FixtureOptions = {},
) {
  const convex = await deploy(options);
  const answer = speak();
  const streamId = await createStream(convex);
  const first = { url: new URL("/chat-stream", convex.url), streamId };
  const open = (more: Partial<Call> = {}, under = connect(convex)) =>
    mount(hook, under, { ...first, ...more }, { strict });
  const client = connect(convex);
  const page = open(call, client);
  const stored = async (text: string) => {
    await vi.waitFor(async () => expect((await persisted(convex, streamId)).text).toBe(text), {
      timeout: 15_000,
      interval: 2,
    });
  };
  return { convex, answer, streamId, client, page, open, stored, drives: convex.requests };
}

/** Checks what a reader was shown: text that only grows, and no error. */
export function expectSteady(shown: readonly Shown[]): void {
  let before = "";
  for (const { text, status } of shown) {
    if (status === "error") expect.fail(`an error was shown after "${before}"`);
    if (!text.startsWith(before)) expect.fail(`the text went from "${before}" to "${text}"`);
    before = text;
  }
}

/** Waits until the whole answer is shown, and checks that it grew steadily, from one drive. */
export async function expectWhole({
  page,
  drives,
}: Awaited<ReturnType<typeof createFixture>>): Promise<void> {
  await page.until(({ text, status }) => text === ANSWER && status === "done");
  expectSteady(page.shown);
  expect(drives.map(({ path }) => path)).toEqual(["/chat-stream"]);
}
