const SHAPE = /^[\w-]{22,128}$/;

/** Makes a new id, or a producer's token: 128 random bits, as 22 characters that need no escaping in a URL. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Whether `id` has the form of a stream's id: 22 to 128 of `A-Z a-z 0-9 _ -`. */
export function isId(id: string): boolean {
  return SHAPE.test(id);
}
