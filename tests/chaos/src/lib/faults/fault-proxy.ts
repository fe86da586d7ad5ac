import {
  createServer,
  type IncomingMessage,
  request as requestUpstream,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { reset } from "@twinstream/harness/reset";
import type { Fault } from "./fault.ts";

/** One request that went through the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly fault: Fault;
  /** Whether the request reached a server. */
  passed: boolean;
  /** The status and headers that the client got; missing if it got none. */
  answer?: { readonly status: number; readonly headers: IncomingMessage["headers"] };
}

/** The options of `startProxy`. */
export interface ProxyOptions {
  /** The port of the server for the next request; undefined if none is up. */
  readonly upstream: () => number | undefined;
  /** The fault for the next request (default: none). */
  readonly fault?: (method: string, path: string) => Fault;
  /** Called for each request. The function that it returns is called when the answer's head was sent to the client, or never will be. */
  readonly onRequest?: (proxied: ProxiedRequest) => (() => void) | undefined;
}

/** A misbehaving proxy on a loopback port of its own. */
export interface FaultProxy {
  readonly url: string;
  /** Resets all open connections and stops listening. */
  close(): Promise<void>;
  /** Ends the faults: new requests pass, and trickling answers flow. Stalled answers stay stalled. */
  calm(): void;
  /** Resets all open connections. Later ones are served. */
  resetAll(): void;
}

/** Starts a proxy between clients and servers that applies `fault` to each request. */
export async function startProxy(options: ProxyOptions): Promise<FaultProxy> {
  const state = { calm: false };
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    // One request a connection, so that a fault hits the request that it is meant for.
    response.shouldKeepAlive = false;
    serve(options, state, request, response).catch(() => response.socket?.destroy());
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const resetAll = () => {
    for (const socket of sockets) reset(socket);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    resetAll,
    calm: () => {
      state.calm = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        resetAll();
      }),
  };
}

interface ProxyState {
  calm: boolean;
}

async function serve(
  options: ProxyOptions,
  state: ProxyState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? "GET";
  const path = request.url ?? "/";
  const fault = (!state.calm && options.fault?.(method, path)) || { kind: "none" };
  const proxied: ProxiedRequest = { method, path, fault, passed: false };
  const answered = options.onRequest?.(proxied) ?? (() => {});
  const body = await readAll(request);
  const head = (status: number, headers: IncomingMessage["headers"]) => {
    proxied.answer = { status, headers };
    answered();
    response.writeHead(status, headers);
  };
  const refuse = () => {
    if (!proxied.answer) answered();
    if (response.socket) reset(response.socket);
  };

  if (fault.kind === "refuse") return refuse();
  if (fault.kind === "status") {
    const { status, retryAfter } = fault;
    head(status, {
      "content-type": "text/html",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    });
    response.end("<h1>the proxy says no</h1>");
    return;
  }
  const port = options.upstream();
  if (port === undefined) {
    head(502, { "content-type": "text/html" });
    response.end("<h1>no server is up</h1>");
    return;
  }

  proxied.passed = true;
  const ask = () => forward(request, port, body, response, fault.kind === "half-close");
  if (fault.kind === "repeat") {
    // The first answer is discarded, as by a proxy that lost it and asked again.
    const first = await ask().catch(() => undefined);
    first?.destroy();
  }
  const upstream = await ask().catch(() => undefined);
  if (!upstream || fault.kind === "swallow") {
    upstream?.destroy();
    return refuse();
  }
  upstream.on("error", () => {});
  if (fault.kind === "delay") await sleep(fault.ms);
  const status = upstream.statusCode ?? 502;
  const headers = withoutFraming(upstream.headers);
  if (fault.kind === "buffer" || fault.kind === "twice") {
    const whole = await readAll(upstream);
    head(status, { ...headers, "content-length": String(whole.length) });
    response.end(whole, () => {
      if (fault.kind === "twice" && !response.socket?.destroyed) {
        response.socket?.write(`HTTP/1.1 ${status} OK\r\ncontent-length: ${whole.length}\r\n\r\n`);
        response.socket?.write(whole);
      }
    });
    return;
  }
  head(status, headers);
  response.flushHeaders();
  await relay(upstream, response, fault, state);
}

/** Relays an answer's body, and applies the fault to it. */
async function relay(
  upstream: IncomingMessage,
  response: ServerResponse,
  fault: Fault,
  state: ProxyState,
): Promise<void> {
  const limit = "after" in fault ? fault.after : Number.POSITIVE_INFINITY;
  let sent = 0;
  try {
    for await (const chunk of upstream as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, limit - sent);
      sent += part.length;
      if (fault.kind === "trickle") {
        for (let at = 0; at < part.length && !response.destroyed; ) {
          const end = state.calm ? part.length : at + fault.bytes;
          response.write(part.subarray(at, end));
          at = end;
          await sleep(fault.ms);
        }
      } else if (part.length > 0) {
        response.write(part);
      }
      if (sent >= limit) break;
    }
  } catch {
    // The server's connection broke, so the client's breaks too.
    response.socket?.destroy();
    return;
  }
  if (sent < limit) {
    response.end();
    return;
  }
  upstream.destroy();
  if (fault.kind === "clean-end") response.end();
  if (fault.kind === "cut") response.socket?.end();
  if (fault.kind === "reset" && response.socket) reset(response.socket);
}

function forward(
  request: IncomingMessage,
  port: number,
  body: Buffer,
  response: ServerResponse,
  halfClose: boolean,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { connection: _, "transfer-encoding": __, ...headers } = request.headers;
    const upstream = requestUpstream({
      port,
      host: "127.0.0.1",
      method: request.method,
      path: request.url,
      agent: false,
      headers: {
        ...headers,
        connection: "close",
        ...(body.length > 0 ? { "content-length": String(body.length) } : {}),
      },
    });
    upstream.on("response", resolve);
    upstream.on("error", reject);
    // If the client leaves, its connection to the server closes too.
    response.on("close", () => upstream.destroy());
    upstream.end(body, () => {
      if (halfClose) upstream.socket?.end();
    });
  });
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function withoutFraming(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const { connection: _, "keep-alive": __, "transfer-encoding": ___, ...rest } = headers;
  // A cut body must not look complete, nor a clean end look cut, so the proxy does its own framing.
  delete rest["content-length"];
  return rest;
}
