// How stories begin, and what every reader of an answer must have been shown in the end.
import type { ConvexOptions } from "@twinstream/harness/convex";
import { speak } from "@twinstream/harness/convex/app/model";
import { expect, vi } from "vitest";
import type { Hook } from "./hooks.ts";
import {
  type Call,
  connect,
  createStream,
  deploy,
  mount,
  persisted,
  type Shown,
} from "./stage.tsx";

export const ANSWER = "One. Two three, four. Five";

interface Setting extends Omit<ConvexOptions, "modules"> {
  readonly strict?: boolean;
}

/** A deployment, a stream and a component that drives it. */
export async function begin(hook: Hook, call: Partial<Call> = {}, setting: Setting = {}) {
  const { strict = false, ...options } = setting;
  const convex = await deploy(options);
  const answer = speak();
  const streamId = await createStream(convex);
  const first = { url: new URL("/chat-stream", convex.url), streamId };
  const open = (more: Partial<Call> = {}, under = connect(convex)) =>
    mount(hook, under, { ...first, ...more }, { strict });
  const client = connect(convex);
  const stage = open(call, client);
  const stored = async (text: string) => {
    await vi.waitFor(async () => expect((await persisted(convex, streamId)).text).toBe(text), {
      timeout: 15_000,
      interval: 2,
    });
  };
  return { convex, answer, streamId, client, stage, open, stored, drives: convex.requests };
}

/** What every reader of one stream must be shown: text that only grows, and no error. */
export function expectSteady(shown: readonly Shown[]): void {
  let before = "";
  for (const { text, status } of shown) {
    if (status === "error") expect.fail(`an error was shown after "${before}"`);
    if (!text.startsWith(before)) expect.fail(`the text went from "${before}" to "${text}"`);
    before = text;
  }
}

/** The whole answer is shown, steadily, from one drive. */
export async function expectWhole({
  stage,
  drives,
}: Awaited<ReturnType<typeof begin>>): Promise<void> {
  await stage.until(({ text, status }) => text === ANSWER && status === "done");
  expectSteady(stage.shown);
  expect(drives.map(({ path }) => path)).toEqual(["/chat-stream"]);
}
