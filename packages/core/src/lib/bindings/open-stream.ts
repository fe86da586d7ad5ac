import type { StreamClient } from "../client.ts";
import type { Stream } from "../types.ts";
import type { UseStreamOptions } from "./types.ts";

/**
 * The handle that a component's options stand for.
 * @param id the stream's id; without it, there is no handle
 * @throws {TypeError} in development, if an option is unknown or wrong
 */
export const openStream = (
  client: StreamClient,
  id: string | null | undefined,
  { client: _client, view: _view, ...options }: UseStreamOptions,
): Stream | undefined => (id == null ? undefined : client.stream(id, options));
