// What the component's own hook gets wrong, each as a story that a right hook passes.

import { speak } from "@twinstream/harness/convex/app/model";
import { expect, onTestFinished, vi } from "vitest";
import type { Hook } from "./hooks.ts";
import { ANSWER, begin, expectSteady, expectWhole } from "./scene.ts";
import { type Call, createStream } from "./stage.tsx";
import { refuseFirst, wireOf } from "./wire.ts";

/** A story of one answer; it throws where the hook gets it wrong. */
export interface Defect {
  readonly name: string;
  /** What the component's own hook is known to show instead. */
  readonly known: RegExp;
  readonly story: (hook: Hook) => Promise<void>;
}

/** The arguments change in mid-answer. */
async function changed(hook: Hook, call: Partial<Call>, change: Partial<Call>): Promise<void> {
  const scene = await begin(hook, call);
  scene.answer.say("One. ");
  await scene.stage.until(({ text }) => text === "One. ");
  scene.stage.rerender(change);
  scene.answer.say("Two three, ", "four. ", "Five");
  scene.answer.end();
  await expectWhole(scene);
}

/** The driven response ends in mid-answer: at byte 11, "One. Two th". */
async function cut(hook: Hook, how: "cleanly" | "broken"): Promise<void> {
  const wire = wireOf(11);
  const scene = await begin(hook, {}, { intercept: wire.intercept });
  scene.answer.say("One. ", "Two three, ");
  await scene.stage.until(({ text }) => text === "One. Two th");
  await scene.stored("One. ");
  wire.cut(how);
  scene.answer.say("four. ", "Five");
  scene.answer.end();
  await expectWhole(scene);
}

export const defects: readonly Defect[] = [
  {
    name: "an inline URL",
    known: /stuck at "", shown pending/,
    story: (hook) => changed(hook, { inlineUrl: true }, {}),
  },
  {
    name: "inline headers",
    known: /stuck at "", shown pending/,
    story: (hook) => changed(hook, { inlineHeaders: true }, {}),
  },
  {
    name: "a token that is rotated in mid-answer",
    known: /stuck at "One. ", shown streaming/,
    story: (hook) =>
      changed(hook, { options: { authToken: "a" } }, { options: { authToken: "b" } }),
  },
  {
    name: "StrictMode",
    known: /stuck at "", shown pending/,
    async story(hook) {
      const scene = await begin(hook, {}, { strict: true });
      scene.answer.say(ANSWER);
      scene.answer.end();
      await expectWhole(scene);
    },
  },
  {
    name: "a connection that breaks in mid-sentence: fallback without shrinking",
    known: /an error was shown|the text went/,
    story: (hook) => cut(hook, "broken"),
  },
  {
    name: "a connection that ends cleanly in mid-text",
    known: /stuck at "One. Two th", shown done/,
    story: (hook) => cut(hook, "cleanly"),
  },
  {
    name: "205: the answer was started before",
    known: /an error was shown/,
    async story(hook) {
      const scene = await begin(hook);
      scene.answer.say("One. ");
      await scene.stage.until(({ text }) => text === "One. ");
      const again = scene.open();
      await again.until(({ text }) => text === "One. ");
      scene.answer.say("Two three, ", "four. ", "Five");
      scene.answer.end();
      await again.until(({ text, status }) => text === ANSWER && status === "done");
      expectSteady(again.shown);
    },
  },
  {
    name: "a component that is unmounted and mounted again",
    known: /an error was shown/,
    async story(hook) {
      const scene = await begin(hook);
      scene.answer.say("One. ", "Two ");
      await scene.stage.until(({ text }) => text === "One. Two ");
      scene.stage.unmount();
      const again = scene.open({}, scene.client);
      scene.answer.say("three, ", "four. ", "Five");
      scene.answer.end();
      await expectWhole({ ...scene, stage: again });
    },
  },
  {
    name: "a second stream in one hook",
    known: /the first one.s text/,
    async story(hook) {
      const scene = await begin(hook);
      scene.answer.say(ANSWER);
      scene.answer.end();
      await scene.stage.until(({ text }) => text === ANSWER);
      const second = await createStream(scene.convex);
      const answer = speak();
      scene.stage.rerender({ streamId: second });
      answer.say("Another");
      answer.end();
      await scene.stage.until(({ id, text }) => id === second && text === "Another");
      const ofSecond = scene.stage.shown.filter(({ id }) => id === second);
      if (ofSecond.some(({ text }) => text === ANSWER))
        expect.fail("it shows the first one's text");
      expect(ofSecond.at(-1)?.status).toBe("done");
    },
  },
  {
    name: "no response.body, as in React Native",
    known: /an error was shown/,
    async story(hook) {
      const scene = await begin(hook, { streamId: undefined });
      withoutBodies();
      scene.stage.rerender({ streamId: scene.streamId });
      scene.answer.say("One. ", "Two three, ", "four. ", "Five");
      scene.answer.end();
      await expectWhole(scene);
    },
  },
  {
    name: "a request that was refused, and a tab that is luckier",
    known: /an error was shown/,
    async story(hook) {
      const scene = await begin(hook, {}, { intercept: refuseFirst(503) });
      await vi.waitFor(() => expect(scene.drives).toHaveLength(1), 15_000);
      scene.open();
      scene.answer.say(ANSWER);
      scene.answer.end();
      await scene.stage.until(({ text, status }) => text === ANSWER && status === "done");
      expectSteady(scene.stage.shown);
    },
  },
  {
    name: "a hundred tokens between two frames",
    known: /updates of React/,
    async story(hook) {
      withoutFrames();
      const scene = await begin(hook);
      const began = performance.now();
      let text = "";
      for (let n = 0; n < 100; n++) {
        scene.answer.say(`${n}.`);
        text += `${n}.`;
        await scene.stored(text);
      }
      scene.answer.end();
      await scene.stage.until(({ status }) => status === "done");
      // Without frames, new text is told ten times a second.
      const ticks = Math.ceil((performance.now() - began) / 95);
      const updates = scene.stage.shown.length;
      if (updates > ticks + 4) expect.fail(`${updates} updates of React in ${ticks} ticks`);
      expect(scene.stage.shown.at(-1)?.text).toBe(text);
    },
  },
];

/** A page whose frames do not come, as on a busy machine: what is timed instead is slow. */
function withoutFrames(): void {
  vi.stubGlobal("requestAnimationFrame", () => 1);
  vi.stubGlobal("cancelAnimationFrame", () => {});
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}

/** Makes fetch answer as React Native's does: the text comes whole, and there is no stream of it. */
function withoutBodies(): void {
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", async (...args: Parameters<typeof fetch>) => {
    const response = await real(...args);
    Object.defineProperty(response, "body", { value: null });
    return response;
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}
