import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Model } from "./model.ts";
import { seeded, shuffled } from "./seeded.ts";
import { tokens } from "./tokens.ts";

const folder = join(import.meta.dirname, "..", "texts");

/** The texts by kind: the first word of their file name. */
const texts = new Map<string, string[]>();
for (const name of readdirSync(folder).sort()) {
  const kind = name.slice(0, name.indexOf("-"));
  texts.set(kind, [...(texts.get(kind) ?? []), readFileSync(join(folder, name), "utf8").trim()]);
}

/**
 * Tells a story, always the same for the same prompt: a tale first, then code, Chinese, Arabic and a
 * list with emoji in an order that depends on the prompt. If the prompt names a length ("2000 words"),
 * the story has about as many tokens.
 */
export function tell(prompt: string): string {
  const random = seeded(prompt);
  const wanted = Math.min(Number(/(\d{1,6})\s*(?:words|tokens)/i.exec(prompt)?.[1] ?? 0), 20_000);
  const kinds = new Map([...texts].map(([kind, variants]) => [kind, shuffled(variants, random)]));
  const parts: string[] = [];
  let length = 0;
  for (let chapter = 0; chapter === 0 || length < wanted; chapter++) {
    const rest = shuffled(
      [...kinds.keys()].filter((kind) => kind !== "tale"),
      random,
    );
    for (const kind of ["tale", ...rest]) {
      if (wanted > 0 && length >= wanted) break;
      const variants = kinds.get(kind)!;
      const part = variants[chapter % variants.length]!;
      parts.push(part);
      length += tokens(part).length;
    }
  }
  return `${parts.join("\n\n")}\n`;
}

/**
 * Creates a model that needs no key: it answers with `tell(prompt)` at a model's pace.
 *
 * @param options.speed tokens per second, 0 = as fast as possible. Default 50
 */
export function storyteller({ speed = 50 }: { speed?: number } = {}): Model {
  return {
    name: "storyteller",
    async *answer(messages, { signal, speed: pace = speed } = {}) {
      const prompt = messages.findLast((message) => message.role === "user")?.content ?? "";
      const random = seeded(`${prompt} at a pace`);
      // Each token has a due time, so that a late timer does not slow down the whole story.
      let due = performance.now();
      let since = 0;
      for (const token of tokens(tell(prompt))) {
        signal?.throwIfAborted();
        if (pace > 0) {
          due += (1000 / pace) * (0.4 + 1.2 * random());
          const wait = due - performance.now();
          if (wait > 1) await setTimeout(wait, undefined, { signal });
        } else if (++since % 64 === 0) {
          await setImmediate(undefined, { signal });
        }
        yield token;
      }
    },
  };
}
