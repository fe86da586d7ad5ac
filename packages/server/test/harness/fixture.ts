import { type Served, serve } from "@twinstream/harness/serve";
import { afterEach } from "vitest";
import {
  anyoneWithId,
  createStreamServer,
  type Store,
  type StreamServerOptions,
  type Streams,
} from "../../src/index.ts";
import { localStores } from "./stores.ts";

/** A stream server on a store, served over HTTP. */
export interface Fixture {
  readonly streams: Streams;
  readonly store: Store;
  /** The streams' URL. */
  readonly base: string;
  /** What `onError` received. */
  readonly errors: unknown[];
  create(): Promise<string>;
  drive(id: string, input?: unknown): Promise<Response>;
  get(id: string, query?: string): Promise<Response>;
}

export type FixtureOptions = Partial<StreamServerOptions> & {
  /** Wraps the store. */
  readonly around?: (store: Store) => Store;
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Starts a server for one test; it ends with the test. */
export async function startFixture(
  kind: string,
  { around = (store) => store, ...options }: FixtureOptions = {},
): Promise<Fixture> {
  const { store: inner, remove } = localStores[kind]!();
  const store = around(inner);
  const errors: unknown[] = [];
  const streams = createStreamServer({
    store,
    authorize: anyoneWithId(),
    onError: (error) => errors.push(error),
    ...options,
  });
  const served: Served = await serve((request) => streams.handler(request));
  cleanups.push(
    remove,
    () => streams.close(),
    () => served.close(),
  );
  const base = `${served.url}/api/streams`;
  return {
    streams,
    store,
    base,
    errors,
    create: () => streams.create(),
    drive: (id, input) =>
      fetch(`${base}/${id}/drive`, {
        method: "POST",
        body: input === undefined ? null : JSON.stringify(input),
      }),
    get: (id, query = "") => fetch(`${base}/${id}${query}`),
  };
}

/** Waits so many ms. */
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
