import type { IncomingMessage, ServerResponse } from "node:http";

/** What one run of a server is to be like. */
export interface ServerOptions {
  /** Where files may be put. */
  readonly folder: string;
  readonly redis?: string;
  readonly postgres?: string;
  /** Whether each token is made durable by itself, as the peers do it, or as the server does by default. */
  readonly flush: "token" | "default";
}

/** How tokens come: as fast as they are taken, or each at its time. */
export interface Pace {
  readonly count: number;
  /** In ms; 0 for as fast as they are taken. */
  readonly every: number;
  /** When the first one is due, on the clock of all processes. */
  readonly start: number;
}

/** Where a reader finds a stream. */
export interface Address {
  readonly port: number;
  readonly method: "GET" | "POST";
  readonly path: string;
}

/** A server under test. */
export interface Server {
  readonly port: number;
  /** Makes streams ready to be driven. */
  prepare(count: number): Promise<string[]>;
  /** The request that starts a generation, and whose answer is its text. */
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
