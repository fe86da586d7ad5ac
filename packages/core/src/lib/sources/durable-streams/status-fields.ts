import { isStatus, isTerminal, type StreamStatus } from "../../protocol/status.ts";
import type { StreamEndFields } from "../../text/body.ts";

/** The fields of an update that say how a stream stands. */
export type StatusFields = StreamEndFields & { readonly status?: StreamStatus };

/**
 * The status of an answer. A terminal status counts only if the answer reached the text's end, and
 * a text that has ended is `done`, unless the answer says otherwise.
 * @param status the status that the server sent, if any
 * @param closed whether the answer reached the end of a terminal stream
 * @param end what the answer says of the end
 */
export function statusFields(status: unknown, closed: boolean, end: StreamEndFields): StatusFields {
  const known = isStatus(status) && isTerminal(status) === closed ? status : undefined;
  return { ...end, status: known ?? (closed ? "done" : undefined) };
}
