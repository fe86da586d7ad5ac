import { refusePage } from "../http/check-answer.ts";
import { readText } from "../http/read-text.ts";
import { send, streamUrl } from "../http/send.ts";
import type { DriveRequest, Driver, DriveSink } from "../types.ts";

/** How the body of a response becomes text. */
export type Reading = (
  response: Response,
  request: DriveRequest,
  sink: DriveSink,
) => Promise<unknown>;

/** How `postDrive` drives. Without options: by the client's own server. */
export interface PostDriveOptions {
  /** Where to POST. Default: `{url}/{id}/drive` of the client's server, which can make the stream too. */
  readonly url?: (request: DriveRequest) => string | URL;
  /** What to send, as JSON. Default: the stream's `input`. */
  readonly body?: (request: DriveRequest) => unknown;
  /** Whether the endpoint refuses a second drive. Default: true for the client's own server. */
  readonly claims?: boolean;
  /** How the response becomes text. Default: it is the text. */
  readonly read?: Reading;
}

/**
 * Drives by one POST, whose response is the text. An answer of 409 or 205 means that another client
 * drives, and this one follows.
 */
export function postDrive({
  url,
  body = ({ input }) => input,
  claims = !url,
  read = (response, request, sink) => readText(response, request, sink.text),
}: PostDriveOptions = {}): Driver {
  return {
    claims,
    creates: !url,
    async drive(request, sink) {
      try {
        const response = await send(request, String((url ?? ownDrive)(request)), {
          method: "POST",
          body: JSON.stringify(body(request)),
        });
        // Another backend's text may call itself HTML; a server of this protocol sends none.
        if (!url) refusePage(response);
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

/** The address of a drive on the client's server, which makes the stream if it is to. */
function ownDrive(request: DriveRequest): string {
  const { create } = request;
  const tags = create?.tags?.map((tag) => `&tag=${encodeURIComponent(tag)}`) ?? [];
  return `${streamUrl(request)}/drive${create ? `?create=1${tags.join("")}` : ""}`;
}
