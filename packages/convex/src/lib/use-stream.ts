import type { StreamBody, StreamError } from "@twinstream/core";
import { useConvex } from "convex/react";
import { getFunctionName } from "convex/server";
import { useCallback, useEffect, useInsertionEffect, useMemo, useSyncExternalStore } from "react";
import type { GetStreamBody, PersistedStatus } from "./persisted-body.ts";
import { sharedClient, type UseStreamOptions } from "./shared-client.ts";

/** A stream as a component sees it. */
export interface UseStreamResult {
  /** The text so far. It only grows. */
  text: string;
  /** Where the stream stands, as the database reports it. */
  status: PersistedStatus;
  /** Why the stream cannot be driven or followed right now (its status stays), or why it failed. */
  error?: StreamError;
  /** Asks again now: sends a request again that was refused for its token, if the stream is still pending. */
  retry: () => void;
  /** Ends the generation. Present if the option `stop` is given. */
  stop?: () => Promise<void>;
}

const PENDING: StreamBody = { text: "", status: "pending" };
const noop = () => {};

/** The app's mutation decides how a stopped stream is stored, and the component has no `stopped`. */
const statusOf = ({ status }: StreamBody): PersistedStatus =>
  status === "stopped" ? "done" : status;

/**
 * The hook of `@convex-dev/persistent-text-streaming/react`, on Twinstream.
 *
 * If `driven` is true, one request starts the generation, and its text is shown as it comes, merged
 * with the text in the database. If not, the query alone is followed. One request is sent for a
 * stream, however often components mount, remount, or render with other objects or tokens.
 *
 * @param getPersistentBody the app's query that returns the component's `getStreamBody`
 * @param streamUrl the address of the HTTP action that generates the text
 * @param driven whether this session starts the generation: true in the session that created the stream
 * @param streamId the stream's id. While it is undefined, the result is pending and nothing is sent
 * @param opts `authToken`, `headers`: for the request; `stop`: how to end a generation
 * @returns the stream's body, with `stop` if the option is given
 * @throws {Error} if there is no `ConvexProvider` above
 * @see https://www.convex.dev/components/persistent-text-streaming
 * @example
 * const { text, status } = useStream(
 *   api.streaming.getStreamBody,
 *   new URL("/chat-stream", siteUrl),
 *   driven,
 *   message.streamId,
 *   { authToken },
 * );
 */
export function useStream(
  getPersistentBody: GetStreamBody,
  streamUrl: URL,
  driven: boolean,
  streamId: string | undefined,
  opts: UseStreamOptions = {},
): UseStreamResult {
  const convex = useConvex();
  if (!convex) {
    throw new Error("No Convex client: wrap the app in <ConvexProvider client={…}>.");
  }
  const name = getFunctionName(getPersistentBody);
  const { href } = streamUrl;
  const { client, optionsById } = useMemo(
    () => sharedClient(convex, name, href),
    [convex, name, href],
  );

  // A render may be thrown away, so requests use the options that were committed.
  useInsertionEffect(() => {
    if (streamId != null) optionsById.set(streamId, opts);
  });
  const stream = useCallback(
    () => (streamId == null ? undefined : client.stream(streamId, { driven })),
    [client, streamId, driven],
  );
  const subscribe = useCallback(
    (onChange: () => void) => stream()?.subscribe(onChange) ?? noop,
    [stream],
  );
  // A server knows nothing of the stream: it renders a pending one, and makes no handle.
  const body = useSyncExternalStore(
    subscribe,
    () => stream()?.snapshot() ?? PENDING,
    () => PENDING,
  );
  useEffect(() => {
    if (driven) stream()?.start();
  }, [driven, stream]);

  const canStop = opts.stop !== undefined;
  return useMemo(
    () => ({
      text: body.text,
      status: statusOf(body),
      error: body.error,
      retry: () => stream()?.retry(),
      stop: canStop ? async () => stream()?.stop() : undefined,
    }),
    [body, stream, canStop],
  );
}
