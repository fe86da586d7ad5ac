/**
 * A promise that knows whether anyone has attached a handler to it. Its rejection never ends the
 * process as an unhandled one: the code that returned the promise checks `observed`, and reports
 * the error itself if nobody does.
 */
export class ObservedPromise<T> extends Promise<T> {
  // `then` returns plain promises.
  static override get [Symbol.species]() {
    return Promise;
  }

  /** Whether `then`, `catch`, `finally` or `await` has been applied. */
  observed = false;

  constructor(...args: ConstructorParameters<typeof Promise<T>>) {
    super(...args);
    super.then(undefined, () => {});
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one.
  override then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.observed = true;
    return super.then(onfulfilled, onrejected);
  }
}
