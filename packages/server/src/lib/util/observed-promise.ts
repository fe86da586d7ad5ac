/**
 * A promise that knows whether anybody has asked what it came to. A failure that nobody has asked
 * for yet ends no process: whoever gave it out looks at `asked`, and tells it otherwise.
 */
export class Asked<T> extends Promise<T> {
  static override get [Symbol.species]() {
    return Promise;
  }

  asked = false;

  constructor(...args: ConstructorParameters<typeof Promise<T>>) {
    super(...args);
    super.then(undefined, () => {});
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one.
  override then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.asked = true;
    return super.then(onfulfilled, onrejected);
  }
}
