import { vi } from "vitest";
import { platform } from "../../src/lib/platform.ts";
import { isTerminal, type StreamStatus } from "../../src/lib/protocol/status.ts";
import type { StreamUpdate } from "../../src/lib/text/body.ts";
import type { Source, SourceRequest } from "../../src/lib/types.ts";

const encoder = new TextEncoder();

/** What one attempt of a source reported, put together in the plainest way. */
export interface Recording {
  readonly text: string;
  readonly status: StreamStatus | undefined;
  readonly code: string | undefined;
  readonly updates: readonly StreamUpdate[];
  readonly errors: readonly unknown[];
  readonly ended: boolean;
  /** What it did that a source must not do: a gap, a contradiction, a report after the end. */
  readonly faults: readonly string[];
  /** What it reported of its end after the reader had left, which the client ignores. */
  readonly late: readonly string[];
  abort(): void;
  /** Waits until the attempt is over: terminal, failed, or ended and asked for evidence. */
  over(): Promise<void>;
  /** Waits until the text is this. */
  shows(text: string): Promise<void>;
}

/** A request as a client makes it. */
export function requestOf(more: Partial<SourceRequest> & { id: string }): SourceRequest {
  return {
    offset: 0,
    signal: new AbortController().signal,
    headers: async () => new Headers(),
    fetch: (input, init) => fetch(input, init),
    platform,
    alive: () => {},
    ...more,
  };
}

/** Follows by `source`, from the end of `shown` on, and checks each report against what came before. */
export function record(
  source: Source,
  more: Partial<SourceRequest> & { id: string },
  shown = "",
): Recording {
  const leave = new AbortController();
  let bytes = encoder.encode(shown);
  const request = requestOf({ offset: bytes.length, signal: leave.signal, ...more });
  const updates: StreamUpdate[] = [];
  const errors: unknown[] = [];
  const faults: string[] = [];
  const late: string[] = [];
  let status: StreamStatus | undefined;
  let code: string | undefined;
  let ended = false;
  const isOver = () => ended || errors.length > 0 || (status !== undefined && isTerminal(status));

  // After the reader has left, a source may report its end, but no text.
  const check = (what: string) => {
    if (isOver()) faults.push(`${what} after the end`);
  };

  function put(piece: Uint8Array, offset: number) {
    if (offset > bytes.length) return faults.push(`a gap: ${bytes.length} to ${offset}`);
    const common = Math.min(piece.length, bytes.length - offset);
    if (Buffer.compare(piece.subarray(0, common), bytes.subarray(offset, offset + common)) !== 0) {
      return faults.push(`a contradiction at ${offset}`);
    }
    bytes = Buffer.concat([bytes, piece.subarray(common)]);
  }

  function next(update: StreamUpdate) {
    if (leave.signal.aborted) faults.push("a report after the reader had left");
    check("a report");
    updates.push(update);
    const piece = encoder.encode("delta" in update ? update.delta : update.text);
    if ("delta" in update && update.bytes !== undefined && update.bytes !== piece.length) {
      faults.push(`${update.bytes} bytes said of ${piece.length}`);
    }
    put(piece, "delta" in update ? update.offset : 0);
    status = update.status ?? status;
    code = update.error ?? code;
  }
  function error(caught: unknown) {
    if (leave.signal.aborted) return void late.push(`error: ${caught}`);
    check("an error");
    errors.push(caught);
  }
  // As a client does: an end is no evidence, so the source is asked.
  function end() {
    if (leave.signal.aborted) return void late.push("end");
    if (isOver()) return;
    if (!source.read) {
      ended = true;
      return;
    }
    source.read({ ...request, offset: bytes.length }).then((update) => {
      next(update);
      ended = true;
    }, error);
  }
  source.follow(request, { next, error, end });

  const read = () => Buffer.from(bytes).toString("utf8");
  return {
    get text() {
      return read();
    },
    get status() {
      return status;
    },
    get code() {
      return code;
    },
    get ended() {
      return ended;
    },
    updates,
    errors,
    faults,
    late,
    abort: () => leave.abort(),
    over: () => until(isOver, () => `not over: ${status}, ${read()}`),
    shows: (text) =>
      until(
        () => read() === text,
        () => `shows ${JSON.stringify(read())}`,
      ),
  };
}

/** Waits for a condition. */
export async function until(
  condition: () => boolean,
  says = () => "it did not come",
): Promise<void> {
  await vi.waitFor(
    () => {
      if (!condition()) throw new Error(says());
    },
    { timeout: 15_000, interval: 5 },
  );
}
