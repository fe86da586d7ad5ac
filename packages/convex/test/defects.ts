// The defects of the component's own hook, each as a story that a correct hook passes.

import { speak } from "@twinstream/harness/convex/app/model";
import { expect, onTestFinished, vi } from "vitest";
import { ANSWER, createFixture, expectSteady, expectWhole } from "./fixture.ts";
import type { Hook } from "./hooks.ts";
import { holdAnswers, refuseFirst } from "./intercept.ts";
import { type Call, createStream } from "./page.tsx";

/** A story of one answer. It throws if the hook gets it wrong. */
export interface Defect {
  readonly name: string;
  /** How it is known to fail with the component's own hook. */
  readonly known: RegExp;
  readonly story: (hook: Hook) => Promise<void>;
}

/** Changes the arguments in mid-answer. */
async function changed(hook: Hook, call: Partial<Call>, change: Partial<Call>): Promise<void> {
  const fixture = await createFixture(hook, call);
  fixture.answer.say("One. ");
  await fixture.page.until(({ text }) => text === "One. ");
  fixture.page.rerender(change);
  fixture.answer.say("Two three, ", "four. ", "Five");
  fixture.answer.end();
  await expectWhole(fixture);
}

/** Ends the driven response in mid-answer: at byte 11, "One. Two th". */
async function cut(hook: Hook, how: "cleanly" | "broken"): Promise<void> {
  const held = holdAnswers(11);
  const fixture = await createFixture(hook, {}, { intercept: held.intercept });
  fixture.answer.say("One. ", "Two three, ");
  await fixture.page.until(({ text }) => text === "One. Two th");
  await fixture.stored("One. ");
  held.cut(how);
  fixture.answer.say("four. ", "Five");
  fixture.answer.end();
  await expectWhole(fixture);
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
      const fixture = await createFixture(hook, {}, { strict: true });
      fixture.answer.say(ANSWER);
      fixture.answer.end();
      await expectWhole(fixture);
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
      const fixture = await createFixture(hook);
      fixture.answer.say("One. ");
      await fixture.page.until(({ text }) => text === "One. ");
      const again = fixture.open();
      await again.until(({ text }) => text === "One. ");
      fixture.answer.say("Two three, ", "four. ", "Five");
      fixture.answer.end();
      await again.until(({ text, status }) => text === ANSWER && status === "done");
      expectSteady(again.shown);
    },
  },
  {
    name: "a component that is unmounted and mounted again",
    known: /an error was shown/,
    async story(hook) {
      const fixture = await createFixture(hook);
      fixture.answer.say("One. ", "Two ");
      await fixture.page.until(({ text }) => text === "One. Two ");
      fixture.page.unmount();
      const again = fixture.open({}, fixture.client);
      fixture.answer.say("three, ", "four. ", "Five");
      fixture.answer.end();
      await expectWhole({ ...fixture, page: again });
    },
  },
  {
    name: "a second stream in one hook",
    known: /the first one.s text/,
    async story(hook) {
      const fixture = await createFixture(hook);
      fixture.answer.say(ANSWER);
      fixture.answer.end();
      await fixture.page.until(({ text }) => text === ANSWER);
      const second = await createStream(fixture.convex);
      const answer = speak();
      fixture.page.rerender({ streamId: second });
      answer.say("Another");
      answer.end();
      await fixture.page.until(({ id, text }) => id === second && text === "Another");
      const ofSecond = fixture.page.shown.filter(({ id }) => id === second);
      if (ofSecond.some(({ text }) => text === ANSWER))
        expect.fail("it shows the first one's text");
      expect(ofSecond.at(-1)?.status).toBe("done");
    },
  },
  {
    name: "no response.body, as in React Native",
    known: /an error was shown/,
    async story(hook) {
      const fixture = await createFixture(hook, { streamId: undefined });
      withoutBodies();
      fixture.page.rerender({ streamId: fixture.streamId });
      fixture.answer.say("One. ", "Two three, ", "four. ", "Five");
      fixture.answer.end();
      await expectWhole(fixture);
    },
  },
  {
    name: "a request that was refused, and a tab that is luckier",
    known: /an error was shown/,
    async story(hook) {
      const fixture = await createFixture(hook, {}, { intercept: refuseFirst(503) });
      await vi.waitFor(() => expect(fixture.drives).toHaveLength(1), 15_000);
      fixture.open();
      fixture.answer.say(ANSWER);
      fixture.answer.end();
      await fixture.page.until(({ text, status }) => text === ANSWER && status === "done");
      expectSteady(fixture.page.shown);
    },
  },
  {
    name: "a hundred tokens between two frames",
    known: /updates of React/,
    async story(hook) {
      withoutFrames();
      const fixture = await createFixture(hook);
      const began = performance.now();
      let text = "";
      for (let n = 0; n < 100; n++) {
        fixture.answer.say(`${n}.`);
        text += `${n}.`;
        await fixture.stored(text);
      }
      fixture.answer.end();
      await fixture.page.until(({ status }) => status === "done");
      // Without frames, new text is reported ten times a second.
      const ticks = Math.ceil((performance.now() - began) / 95);
      const updates = fixture.page.shown.length;
      if (updates > ticks + 4) expect.fail(`${updates} updates of React in ${ticks} ticks`);
      expect(fixture.page.shown.at(-1)?.text).toBe(text);
    },
  },
];

/** Makes a page without frames, as on a busy machine: the timers that stand in for them are slow. */
function withoutFrames(): void {
  vi.stubGlobal("requestAnimationFrame", () => 1);
  vi.stubGlobal("cancelAnimationFrame", () => {});
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}

/** Makes fetch answer as React Native's does: with the whole text, and without a stream of it. */
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
