import { countingProxy } from "../lib/proxy.ts";

export type Tokens = () => AsyncIterable<string>;

/** A server with one stream: what its followers need, and what makes it write. */
export interface Serving {
  readonly port: number;
  readonly id: string;
  /** Has the whole text said; over when all of it is stored. */
  speak(tokens: Tokens): Promise<void>;
  /** What the database was asked to do so far. */
  readonly counts?: Counts;
  close(): Promise<void>;
}

export interface Counts {
  writes: number;
  /** Documents or rows that were read. */
  reads: number;
}

/** Sends the request that drives a stream, and reads all that it answers. */
export async function drive(port: number, path: string, body?: object): Promise<void> {
  // Through a proxy, for virtual time to see what is on its way.
  const proxy = await countingProxy(port);
  const response = await fetch(`http://127.0.0.1:${proxy.port}${path}`, {
    method: "POST",
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  await response.text();
  await proxy.close();
}
