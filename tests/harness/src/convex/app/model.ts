/** Writes one answer. */
export type Answer = (append: (text: string) => Promise<void>) => Promise<void>;

/** The answer of the app's HTTP action. Each test sets its own. */
export const model: { answer: Answer } = {
  answer: () =>
    Promise.reject(new Error("The test set no model.answer. Set it before the request.")),
};

/** An answer that a test writes piece by piece. */
export interface Spoken {
  say(...pieces: string[]): void;
  end(): void;
}

/** Makes the model answer with the test's pieces, when the test writes them. Every request gets them from the start. */
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
