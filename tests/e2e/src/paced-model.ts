import { setTimeout as sleep } from "node:timers/promises";
import { modelServer } from "@twinstream/harness/model-server";
import { storyteller } from "@twinstream-examples/shared";

/** A model under a test's control. It answers a prompt with `tell(prompt)`, as the storyteller does. */
export interface PacedModel {
  /** The environment of an app that asks this model. */
  readonly env: Readonly<Record<string, string>>;
  /** Holds every answer in the middle until `release`, so that a test never races with its end. */
  hold(): void;
  /** Lets the held answers continue to their end. */
  release(): void;
  /** Sets the speed of all answers, in tokens a second. */
  pace(speed: number): void;
  /** Releases the held answers and restores the first speed. Call it before each test. */
  reset(): void;
  close(): Promise<void>;
}

/** The number of characters that an answer has before it is held. */
const HELD_AFTER = 400;

/**
 * Starts a model on loopback, which an app reaches as it reaches OpenAI.
 *
 * @param speed tokens a second (default 600)
 */
export async function startModel(speed = 600): Promise<PacedModel> {
  const story = storyteller();
  let pace = speed;
  let held: Promise<void> | undefined;
  let open = () => {};

  async function* answer(prompt: string): AsyncIterable<string> {
    let length = 0;
    let due = performance.now();
    for await (const token of story.answer([{ role: "user", content: prompt }], { speed: 0 })) {
      if (held && length > HELD_AFTER) {
        await held;
        // The time of the hold is not made up for: the rest comes at the model's speed.
        due = performance.now();
      }
      due += 1_000 / pace;
      const wait = due - performance.now();
      if (wait > 1) await sleep(wait);
      length += token.length;
      yield token;
    }
  }

  const server = await modelServer(({ body }) => ({
    pieces: answer(body.messages.findLast(({ role }) => role === "user")?.content ?? ""),
  }));
  const release = () => {
    held = undefined;
    open();
  };
  return {
    env: { OPENAI_API_KEY: "test", OPENAI_BASE_URL: server.url },
    hold() {
      held = new Promise((resolve) => {
        open = resolve;
      });
    },
    release,
    pace(speed) {
      pace = speed;
    },
    reset() {
      release();
      pace = speed;
    },
    close() {
      release();
      return server.close();
    },
  };
}
