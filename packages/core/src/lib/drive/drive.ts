import { refusePage } from "../http/check-answer.ts";
import { readText } from "../http/read-text.ts";
import { send } from "../http/send.ts";
import type { DriveRequest, Driver, DriveSink } from "../types.ts";

/** How the body of a response becomes text. */
export type Reading = (
  response: Response,
  request: DriveRequest,
  sink: DriveSink,
) => Promise<unknown>;

/**
 * Drives by one POST, whose response is the text. An answer of 409 or 205 means that another client
 * drives, and this one follows.
 * @param url where to POST
 * @param body what to send, as JSON
 * @param claims whether the endpoint refuses a second drive, as servers of this protocol do
 * @param read how the response becomes text; default: it is the text
 */
export function postDrive(
  url: (request: DriveRequest) => string | URL,
  body: (request: DriveRequest) => unknown,
  claims: boolean,
  read: Reading = (response, request, sink) => readText(response, request, sink.text),
): Driver {
  return {
    claims,
    async drive(request, sink) {
      try {
        const response = await send(request, String(url(request)), {
          method: "POST",
          body: JSON.stringify(body(request)),
        });
        // Another backend's text may call itself HTML; a server that claims is of this protocol.
        if (claims) refusePage(response);
        // If the runtime gives no body to read piece by piece, the persisted text is read instead.
        if (response.status === 200 && response.body) {
          sink.open();
          await read(response, request, sink);
          sink.end();
        } else sink.taken();
      } catch (error) {
        sink.error(error);
      }
    },
  };
}
