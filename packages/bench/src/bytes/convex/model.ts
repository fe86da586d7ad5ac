/** What the app's model says; the benchmark puts its text here. */
export const model: { tokens(): AsyncIterable<string> } = {
  tokens() {
    throw new Error("There is no text to say.");
  },
};
