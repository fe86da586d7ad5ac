import type { StreamBody, StreamError } from "@twinstream/core";
import { useConvex } from "convex/react";
import { getFunctionName } from "convex/server";
import { useCallback, useEffect, useInsertionEffect, useMemo, useSyncExternalStore } from "react";
import type { GetStreamBody, PersistedStatus } from "./body.ts";
import { type StreamOptions, sharedFor } from "./shared.ts";

/** A stream as a component sees it. */
export interface UseStreamResult {
  /** The text so far; it only grows. */
  text: string;
  /** Where the stream stands, on the database's word. */
  status: PersistedStatus;
  /** Why the stream cannot be driven or followed right now, or why it failed. */
  error?: StreamError;
  /** Ends the generation; there where the option `stop` is given. */
  stop?: () => Promise<void>;
}

const pending: StreamBody = { text: "", status: "pending" };
const noop = () => {};

/** A stop by the app's mutation is stored as what the mutation says, which no stream calls stopped. */
const statusOf = ({ status }: StreamBody): PersistedStatus =>
  status === "stopped" ? "done" : status;

/**
 * The hook of `@convex-dev/persistent-text-streaming/react`, on Twinstream.
 *
 * Where `driven` is true, one request starts the generation, and its text is shown as it comes,
 * merged with what the database has; otherwise the query alone is followed. One request is sent
 * for one stream, however often components mount, remount, or render with other objects or tokens.
 *
 * @param getPersistentBody the app's query that returns the component's `getStreamBody`
 * @param streamUrl the HTTP action that generates the text
 * @param driven whether this session starts the generation: true where it created the stream
 * @param streamId the stream; while it is undefined, the result is pending and nothing is sent
 * @param opts `authToken`, `headers`: for the request; `stop`: how to end a generation
 * @throws where there is no ConvexProvider above
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
  opts: StreamOptions = {},
): UseStreamResult {
  const convex = useConvex();
  if (!convex)
    throw new Error("There is no Convex client here. Wrap the app in <ConvexProvider client={…}>.");
  const name = getFunctionName(getPersistentBody);
  const { href } = streamUrl;
  const { client, calls } = useMemo(() => sharedFor(convex, name, href), [convex, name, href]);

  // A render may be thrown away, so what requests use is what was committed.
  useInsertionEffect(() => {
    if (streamId != null) calls.set(streamId, opts);
  });
  const stream = useCallback(
    () => (streamId == null ? undefined : client.stream(streamId, { driven })),
    [client, streamId, driven],
  );
  const subscribe = useCallback((tell: () => void) => stream()?.subscribe(tell) ?? noop, [stream]);
  // A server renders what is known there, which is nothing, and makes no stream.
  const body = useSyncExternalStore(
    subscribe,
    () => stream()?.snapshot() ?? pending,
    () => pending,
  );
  useEffect(() => {
    if (driven) stream()?.start();
  }, [driven, stream]);

  const stoppable = opts.stop !== undefined;
  return useMemo(
    () => ({
      text: body.text,
      status: statusOf(body),
      error: body.error,
      stop: stoppable ? async () => stream()?.stop() : undefined,
    }),
    [body, stream, stoppable],
  );
}
