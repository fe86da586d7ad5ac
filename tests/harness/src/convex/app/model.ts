/** Writes one answer. */
export type Answer = (append: (text: string) => Promise<void>) => Promise<void>;

/** What the app's HTTP action answers with: each test puts its own here. */
export const model: { answer: Answer } = {
  answer: () => Promise.reject(new Error("The test gave no answer.")),
};

/** An answer that a test speaks piece by piece. */
export interface Spoken {
  say(...pieces: string[]): void;
  end(): void;
}

/** Makes the model speak what the test says, when it says it; every request hears it from its start. */
export function speak(): Spoken {
  const pieces: string[] = [];
  let ended = false;
  let wake = () => {};
  let changed = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const tell = () => {
    wake();
    changed = new Promise((resolve) => {
      wake = resolve;
    });
  };
  model.answer = async (append) => {
    for (let at = 0; ; at++) {
      while (at >= pieces.length) {
        if (ended) return;
        await changed;
      }
      await append(pieces[at] ?? "");
    }
  };
  return {
    say(...more) {
      pieces.push(...more);
      tell();
    },
    end() {
      ended = true;
      tell();
    },
  };
}
