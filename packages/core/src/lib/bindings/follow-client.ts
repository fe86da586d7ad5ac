import { createStreamClient, type StreamClient } from "../client.ts";
import type { StreamClientOptions } from "../options/client-options.ts";

/** A client, or the options of one. */
export type ClientOrOptions = StreamClient | StreamClientOptions;

/**
 * Follows a client, or the options of one, as they change. Of options, `headers` are read anew for
 * each request, and another `url` makes another client; the rest is read once.
 * @param current returns the client or the options of now
 * @returns a function that returns the client to use now: the same one until the `url` changes
 */
export function followClient(current: () => ClientOrOptions): () => StreamClient {
  let url: string | undefined;
  let own: StreamClient | undefined;
  return () => {
    const given = current();
    if (typeof given !== "object" || !given) {
      throw new TypeError(`Provide a stream client or the options of one, not ${given}.`);
    }
    if ("stream" in given) return given;
    const next = given.url && String(given.url);
    if (!own || next !== url) {
      url = next;
      own = createStreamClient({
        ...given,
        async headers() {
          const { headers } = current() as StreamClientOptions;
          return (typeof headers === "function" ? await headers() : headers) ?? {};
        },
      });
    }
    return own;
  };
}
