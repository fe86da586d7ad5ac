import { countingProxy } from "../run/counting-proxy.ts";

export type Tokens = () => AsyncIterable<string>;

/** A server with one stream: where to follow it, and how to have it generated. */
export interface TextServer {
  readonly port: number;
  readonly id: string;
  /** Generates the whole text. Resolves when all of it is stored. */
  generate(tokens: Tokens): Promise<void>;
  /** The calls to the database so far. */
  readonly counts?: Counts;
  close(): Promise<void>;
}

export interface Counts {
  writes: number;
  /** Documents or rows read. */
  reads: number;
}

/** Sends the request that drives a stream, and reads the whole answer. */
export async function drive(port: number, path: string, body?: object): Promise<void> {
  // Through a proxy, so that virtual time sees what is in flight.
  const proxy = await countingProxy(port);
  const response = await fetch(`http://127.0.0.1:${proxy.port}${path}`, {
    method: "POST",
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  await response.text();
  await proxy.close();
}
