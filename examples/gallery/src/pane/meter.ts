/** Counts the requests of a client and the bytes of their responses, and can cut their connections. */
export interface Meter {
  /** Pass it to the client: `createStreamClient({ fetch: meter.fetch })`. */
  readonly fetch: typeof globalThis.fetch;
  readonly requests: number;
  /** Bytes of driven responses. */
  readonly driven: number;
  /** Bytes of all other responses. */
  readonly followed: number;
  /** Sets the counts to zero. Connections stay open. */
  reset(): void;
  /** Breaks every open connection, as a failing network does. */
  cut(): void;
}

/**
 * Creates a meter.
 *
 * @param changed called after each change of the counts
 */
export function createMeter(changed: () => void): Meter {
  const counts = { requests: 0, driven: 0, followed: 0 };
  const open = new Set<AbortController>();

  async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const flow = /\/drive(\?|$)/.test(request.url) ? "driven" : "followed";
    counts.requests++;
    changed();
    const connection = new AbortController();
    open.add(connection);
    const closed = () => void open.delete(connection);
    request.signal.addEventListener("abort", closed, { once: true });
    const signal = AbortSignal.any([request.signal, connection.signal]);
    try {
      const response = await globalThis.fetch(request, { signal });
      if (!response.body) return response;
      const counter = new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          counts[flow] += bytes.length;
          changed();
          controller.enqueue(bytes);
        },
        flush: closed,
      });
      return new Response(response.body.pipeThrough(counter), response);
    } catch (error) {
      closed();
      throw error;
    }
  }

  return {
    fetch,
    get requests() {
      return counts.requests;
    },
    get driven() {
      return counts.driven;
    },
    get followed() {
      return counts.followed;
    },
    reset() {
      Object.assign(counts, { requests: 0, driven: 0, followed: 0 });
      changed();
    },
    cut() {
      for (const connection of open) connection.abort(new TypeError("The connection was cut"));
      open.clear();
    },
  };
}
