/** A promise, and the function that resolves it. */
export function gate<T = void>(): { open: (value: T) => void; readonly opened: Promise<T> } {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
