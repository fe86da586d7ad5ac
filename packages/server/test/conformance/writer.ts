import { createHash, randomUUID } from "node:crypto";
import { createStreamServer, type Store, type Streams } from "../../src/index.ts";

// Longer than the suite, so that no stream times out under it.
const LEASE_MS = 3_600_000;

/** A stream that the suite writes to. */
interface Written {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  token: string;
  length: number;
  seq: string | undefined;
  closed: boolean;
}

/**
 * The suite's server. Reads go to Twinstream's own handler. The protocol's PUT and POST, by which
 * the suite writes, go straight into the store: only this test has them.
 */
export function conformanceServer(store: Store) {
  const servers = new Map<string, Streams>();
  const written = new Map<string, Written>();

  /** The content type is an option of the server, so each type has a server of its own. */
  function server(contentType: string): Streams {
    let streams = servers.get(contentType);
    if (!streams) {
      streams = createStreamServer({
        store,
        contentType,
        authorize: () => true,
        basePath: "/streams",
        cors: { origin: "*" },
        longPollMs: 2000,
      });
      servers.set(contentType, streams);
    }
    return streams;
  }

  async function handler(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { pathname } = url;
    if (request.method === "PUT") return put(pathname, request);
    if (request.method === "POST") return post(pathname, request);
    const stream = written.get(pathname);
    if (request.method === "DELETE") written.delete(pathname);
    url.pathname = `/streams/${stream?.id ?? unknownId(pathname)}`;
    return server(stream?.type ?? "text/plain").handler(new Request(url, request));
  }

  async function put(path: string, request: Request): Promise<Response> {
    const type = request.headers.get("content-type") ?? "application/octet-stream";
    const bytes = new Uint8Array(await request.arrayBuffer());
    const closes = request.headers.get("stream-closed") === "true";
    const there = written.get(path);
    if (there) {
      const same = sameType(there.type, type) && there.closed === closes;
      return answer(same ? 200 : 409, there);
    }
    const id = randomUUID();
    const token = randomUUID();
    const claim = await store.claim(id, { token, leaseMs: LEASE_MS, create: {} });
    if (!claim?.claimed) throw new Error("a new stream could not be claimed");
    const stream = {
      id,
      type,
      body: "",
      token,
      length: 0,
      seq: undefined,
      closed: false,
    };
    written.set(path, stream);
    if (bytes.length > 0 || closes) await append(stream, bytes, closes);
    return answer(201, stream, { Location: new URL(path, request.url).href });
  }

  async function post(path: string, request: Request): Promise<Response> {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const closes = request.headers.get("stream-closed") === "true";
    const stream = written.get(path);
    if (!stream) return new Response(null, { status: 404 });
    if (stream.closed) {
      return answer(closes && bytes.length === 0 ? 204 : 409, stream);
    }
    if (bytes.length === 0 && !closes) return answer(400, stream);
    const type = request.headers.get("content-type");
    if (bytes.length > 0 && !type) return answer(400, stream);
    if (bytes.length > 0 && !sameType(type!, stream.type)) return answer(409, stream);
    const seq = request.headers.get("stream-seq");
    if (seq !== null) {
      if (stream.seq !== undefined && seq <= stream.seq) return answer(409, stream);
      stream.seq = seq;
    }
    await append(stream, bytes, closes);
    return answer(204, stream);
  }

  async function append(stream: Written, bytes: Uint8Array, closes: boolean): Promise<void> {
    const offset = stream.length;
    stream.length += bytes.length;
    stream.closed = closes;
    const result = await store.append(stream.id, {
      token: stream.token,
      offset,
      bytes,
      leaseMs: LEASE_MS,
      close: closes ? { status: "done" } : undefined,
    });
    if (result.state !== "ok") throw new Error(`the store answered ${result.state}`);
  }

  return {
    handler,
    close: () => Promise.all([...servers.values()].map((streams) => streams.close())),
  };
}

function answer(status: number, stream: Written, more: Record<string, string> = {}): Response {
  const headers: Record<string, string> = {
    "Content-Type": stream.type,
    "Stream-Next-Offset": String(stream.length).padStart(16, "0"),
    "X-Content-Type-Options": "nosniff",
    ...more,
  };
  if (stream.closed) headers["Stream-Closed"] = "true";
  return new Response(null, { status, headers });
}

function sameType(a: string, b: string): boolean {
  const bare = (type: string) => type.split(";")[0]!.trim().toLowerCase();
  return bare(a) === bare(b);
}

function unknownId(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 32);
}
