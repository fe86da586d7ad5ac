/** An operation on a stream that a request asks for. */
export type Action = "create" | "drive" | "read" | "stop" | "delete";

/** A question to `authorize`. */
export interface AuthorizeContext {
  readonly action: Action;
  /** The stream's id; undefined for a `create` that leaves the id to the server. */
  readonly id: string | undefined;
  /**
   * The tags that the request gives the stream that it makes, as it says them: check that they are
   * the caller's. Undefined if it makes none, or gives none; the tags of a stream that exists are not
   * looked up.
   */
  readonly tags: readonly string[] | undefined;
  readonly request: Request;
}

/** An answer to a question to `authorize`. */
export type Authorized<Context = undefined> = boolean | Response | { readonly context: Context };

/**
 * Decides whether a request may act on a stream. Return `true` to allow, `{ context }` to allow and
 * to hand what you have looked up to `parseInput`, `generate` and `onFinish`, `false` for 403, or a
 * `Response` to send that. Anything else is a bug: it answers 403 and reports to `onError`.
 *
 * A drive with `create=1` is two questions: `drive`, and then, if there is no such stream, `create`.
 * Nothing is written before both are answered. The context is that of the last answer that has one.
 *
 * If you return `true`, the context is undefined: return `{ context }` for every drive, or for none.
 * @example const authorize: Authorize = async ({ id, request }) => owns(await userOf(request), id);
 */
export type Authorize<Context = undefined> = (
  context: AuthorizeContext,
) => Authorized<Context> | Promise<Authorized<Context>>;
