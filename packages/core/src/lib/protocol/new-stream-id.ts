/**
 * Makes the id of a stream that does not exist yet, so that a question costs one request: its drive
 * makes the stream, with the option `create`. It needs no secure context: it works over plain HTTP.
 * @returns 22 characters of base64url (https://www.rfc-editor.org/rfc/rfc4648#section-5): 128 random bits
 * @example client.stream(newStreamId(), { driven: true, create: true, input })
 */
export function newStreamId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .slice(0, 22);
}
