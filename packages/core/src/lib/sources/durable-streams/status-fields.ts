import type { StreamUpdate } from "../../body.ts";
import { isStatus, isTerminal } from "../../protocol/status.ts";

/** The fields of an update that say how a stream stands. */
export type StatusFields = Pick<Extract<StreamUpdate, { delta: string }>, "status" | "error">;

/**
 * The status of an answer. A terminal status counts only if the answer reached the text's end, and
 * a text that has ended is `done`, unless the answer says otherwise.
 * @param status the status that the server sent, if any
 * @param closed whether the answer reached the end of a terminal stream
 * @param error the code of the failure, if there was one
 */
export function statusFields(
  status: unknown,
  closed: boolean,
  error: string | null | undefined,
): StatusFields {
  const known = isStatus(status) && isTerminal(status) === closed ? status : undefined;
  const fields = { status: known ?? (closed ? "done" : undefined) };
  return error ? { ...fields, error } : fields;
}
