import { readText } from "../http/read-text.ts";
import { send } from "../http/send.ts";
import type { DriveRequest, Driver, DriveSink } from "../types.ts";

/** How the body of a response becomes text. */
export type Reading = (
  response: Response,
  request: DriveRequest,
  sink: DriveSink,
) => Promise<unknown>;

const plain: Reading = (response, request, sink) => readText(response, request, sink.text);

/**
 * Drives by one POST, whose response is the text. An answer of 409 or 205 means that somebody else
 * drives, and the client follows.
 */
export function postDrive(
  url: (request: DriveRequest) => unknown,
  body: (request: DriveRequest) => unknown,
  claims: boolean,
  read = plain,
): Driver {
  return {
    claims,
    async drive(request, sink) {
      try {
        // A server that claims is of this protocol.
        const response = await send(request, String(url(request)), 2 - +claims, body(request));
        // Where a runtime gives no body to read piece by piece, the persisted text is read instead.
        if (response.status !== 200 || !response.body) return sink.taken();
        sink.open();
        await read(response, request, sink);
        sink.end();
      } catch (error) {
        sink.error(error);
      }
    },
  };
}
