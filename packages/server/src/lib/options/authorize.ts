/** An operation on a stream that a request asks for. */
export type Action = "create" | "drive" | "read" | "stop" | "delete";

/** A question to `authorize`. */
export interface AuthorizeContext {
  readonly action: Action;
  /** The stream's id; undefined for `create`. */
  readonly id: string | undefined;
  readonly request: Request;
}

/**
 * Decides whether a request may act on a stream. Return `true` to allow, `false` for 403, or a
 * `Response` to send that. Anything else is a bug: it answers 403 and reports to `onError`.
 * @example const authorize: Authorize = async ({ id, request }) => owns(await userOf(request), id);
 */
export type Authorize = (
  context: AuthorizeContext,
) => boolean | Response | Promise<boolean | Response>;
