// A stand-in for a Convex deployment, on loopback. The functions of the app and of the component run in
// convex-test, the HTTP actions are real HTTP, and Convex's own clients connect by WebSocket.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import type { WebSocket } from "ws";
import type { Modules } from "./convex/modules.ts";
import { startRuntime } from "./convex/runtime.ts";
import { type SyncClient, serveSync } from "./convex/sync.ts";

export { modulesBelow } from "./convex/modules.ts";

/** The folder of an app that uses the component, for `modulesBelow`. Its model is in `convex/app/model`. */
export const appFolder = join(import.meta.dirname, "convex", "app");

// Not imported: a test that resolves packages as browsers do would get an empty module.
const { WebSocketServer } = createRequire(import.meta.url)("ws") as typeof import("ws");

/** A request to an HTTP action. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface ConvexOptions {
  /** The modules of the app's `convex/` folder, by `modulesBelow(folder)` or `import.meta.glob`. */
  readonly modules: Modules;
  /** The port (default 0, any free one). */
  readonly port?: number;
  /** Replaces the answer of an HTTP action, to break it. Call `action` for the real one. */
  readonly intercept?: (
    request: RecordedRequest,
    action: () => Promise<Response>,
  ) => Promise<Response>;
  /** Answers GET requests first, such as those of a page. */
  readonly serve?: (request: Request) => Promise<Response | undefined> | Response | undefined;
}

export interface ConvexDeployment {
  /** The address for Convex's clients and for HTTP actions. */
  readonly url: string;
  /** Requests to HTTP actions, in order. */
  readonly requests: readonly RecordedRequest[];
  /** The database and functions, for a test to inspect. See convex-test. */
  readonly backend: Awaited<ReturnType<typeof startRuntime>>["backend"];
  /** Returns the number of connected clients. */
  connections(): number;
  /** Returns the number of queries that the clients watch. */
  watched(): number;
  /** Breaks every client's connection. The clients reconnect by themselves. */
  disconnect(): void;
  close(): Promise<void>;
}

/** Starts the stand-in. Real Convex has two hosts, `.cloud` and `.site`; here one host serves both. */
export async function startConvex(options: ConvexOptions): Promise<ConvexDeployment> {
  const { backend, onWrite } = await startRuntime(options.modules);
  const requests: RecordedRequest[] = [];
  const clients = new Map<WebSocket, SyncClient>();

  async function action(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    const { method, headers } = request;
    const recorded = { method, path: pathname, headers, body };
    const run = () =>
      backend.fetch(pathname + search, {
        method,
        headers: [...headers],
        ...(body ? { body } : {}),
      });
    const served = method === "GET" ? await options.serve?.(request) : undefined;
    if (served) return served;
    requests.push(recorded);
    return options.intercept ? options.intercept(recorded, run) : run();
  }

  // The listener's own error answer would hide a broken body, so the socket reports it.
  const server = createServer(getRequestListener(action, { overrideGlobalObjects: false }));
  const sockets = new WebSocketServer({ server });
  const wrote = () => {
    for (const client of clients.values()) client.refresh();
  };
  onWrite(wrote);
  sockets.on("connection", (socket) => {
    clients.set(socket, serveSync(socket, backend, wrote));
    socket.on("close", () => clients.delete(socket));
  });

  await new Promise<void>((resolve) =>
    server.listen(options.port ?? 0, "127.0.0.1", () => resolve()),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    backend,
    connections: () => clients.size,
    watched: () => [...clients.values()].reduce((sum, client) => sum + client.watched(), 0),
    disconnect() {
      for (const socket of clients.keys()) socket.terminate();
    },
    async close() {
      for (const socket of clients.keys()) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
