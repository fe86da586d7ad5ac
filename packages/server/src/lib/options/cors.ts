/**
 * Which pages of other origins may call the handler.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export interface CorsOptions {
  /** An origin, a list of origins, `"*"` for any, or a function that returns true for an allowed origin. */
  readonly origin: string | readonly string[] | ((origin: string) => boolean);
  /** Whether browsers may send cookies. Cannot be combined with `"*"`. Default false. */
  readonly credentials?: boolean;
}
