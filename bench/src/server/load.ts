// The readers, in a process of their own. They are plain sockets, to cost as little as possible.
import { connect } from "node:net";
import { answer } from "../run/child.ts";
import { clock } from "../text/tokens.ts";
import type { Address } from "./server.ts";

/** One reader. It starts after the answer to the reader number `after` has begun. */
export interface Reader {
  readonly address: Address;
  readonly after?: number;
  /** To measure lags: when each token is due, and how many there are. The reader leaves after the last one. */
  readonly due?: { readonly start: number; readonly every: number; readonly count: number };
  /** The server may refuse it, because the stream can no longer be followed. */
  readonly mayBeRefused?: boolean;
  /** Waits for the head of the answer, and does not read the body. */
  readonly only?: "answer";
}

export interface LoadRequest {
  readonly readers: readonly Reader[];
  /** Milliseconds to wait before the last reader starts, so that the others are connected. */
  readonly settle?: number;
}

export interface LoadResult {
  /** Milliseconds from the first request to the last byte. */
  readonly elapsed: number;
  readonly bytes: number;
  /** Milliseconds from a token's due time to its arrival, for every token of every reader with `due`. */
  readonly lags: readonly number[];
  /** Milliseconds from each request to the first byte of its body. */
  readonly first: readonly number[];
}

const TOKEN = /tok (\d{7})/g;
const TOKEN_MARK = "tok 0000000".length;

answer(async ({ readers, settle = 0 }: LoadRequest): Promise<LoadResult> => {
  const lags: number[] = [];
  const first: number[] = [];
  let bytes = 0;
  const began = readers.map(() => Promise.withResolvers<void>());
  const start = performance.now();

  function read({ address, due, only, mayBeRefused }: Reader, index: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { port, method, path } = address;
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      const length = method === "POST" ? "Content-Length: 0\r\n" : "";
      const sent = performance.now();
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${length}\r\n`,
      );
      let head = "";
      let inBody = false;
      // The start of a token that was cut by the end of a packet.
      let rest = "";
      let seen = 0;
      socket.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (!inBody) {
          head += chunk.toString("latin1");
          const end = head.indexOf("\r\n\r\n");
          if (end < 0) return;
          if (!mayBeRefused && !/^HTTP\/1.1 20/.test(head))
            return reject(new Error(`${method} ${path}: ${head}`));
          began[index]!.resolve();
          if (head.length > end + 4) {
            inBody = true;
            first.push(performance.now() - sent);
          } else head = head.slice(0, end + 4);
        }
        if (!due) return;
        const now = clock();
        const text = rest + chunk.toString("latin1");
        let end = Math.max(0, text.length - TOKEN_MARK + 1);
        for (const match of text.matchAll(TOKEN)) {
          seen++;
          lags.push(now - due.start - Number(match[1]) * due.every);
          end = Math.max(end, match.index + TOKEN_MARK);
        }
        rest = text.slice(end);
        if (seen === due.count) socket.destroy();
      });
      socket.once("error", reject);
      socket.once("close", () => resolve());
      if (only === "answer") began[index]!.promise.then(resolve);
    });
  }

  const last = readers.length - 1;
  const runs = readers.map(async (reader, index) => {
    if (reader.after !== undefined) await began[reader.after]!.promise;
    if (settle > 0 && index === last) await new Promise((resolve) => setTimeout(resolve, settle));
    return read(reader, index);
  });
  await Promise.all(runs);
  return { elapsed: performance.now() - start, bytes, lags, first };
});
