import type { IncomingMessage, ServerResponse } from "node:http";

/** How to start a server under test. */
export interface ServerOptions {
  /** A folder for its files. */
  readonly folder: string;
  readonly redis?: string;
  readonly postgres?: string;
  /** Whether to store each token by itself, as the peers do, or to flush by the server's defaults. */
  readonly flush: "token" | "default";
}

/** The pace of a generation. */
export interface Pace {
  readonly count: number;
  /** Milliseconds between two tokens. 0 means as fast as they are consumed. */
  readonly every: number;
  /** When the first token is due, by `clock()`. */
  readonly start: number;
}

/** The request by which a reader reads a stream. */
export interface Address {
  readonly port: number;
  readonly method: "GET" | "POST";
  readonly path: string;
}

/** A server under test. */
export interface Server {
  readonly port: number;
  /** Creates streams, and returns their ids. */
  prepare(count: number): Promise<string[]>;
  /** The request that starts a generation. */
  drive(id: string, pace: Pace): Address;
  /** The request that follows it. */
  follow(id: string): Address;
  close(): Promise<void>;
}

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The pace that a drive request asks for. */
export function paceOf(url: URL): Pace {
  const number = (name: string) => Number(url.searchParams.get(name));
  return { count: number("count"), every: number("every"), start: number("start") };
}

/** The query that asks for a pace. */
export const queryOf = ({ count, every, start }: Pace) =>
  `count=${count}&every=${every}&start=${start}`;
