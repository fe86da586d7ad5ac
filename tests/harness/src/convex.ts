// A Convex deployment's stand-in on loopback: the app's functions and the component's run in
// convex-test, its HTTP actions are real HTTP, and Convex's own clients connect by WebSocket.
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

/** An app over the component, for `modulesBelow`: its model says what `convex/app/model` is given. */
export const appFolder = join(import.meta.dirname, "convex", "app");

// Not imported: where a test resolves packages as browsers do, that would be an empty module.
const { WebSocketServer } = createRequire(import.meta.url)("ws") as typeof import("ws");

/** A request to an HTTP action, as it came in. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface ConvexOptions {
  /** The app's `convex/` folder: `modulesBelow(folder)`, or what `import.meta.glob` returns. */
  readonly modules: Modules;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Stands between the client and the HTTP action, to break what passes. */
  readonly intercept?: (
    request: RecordedRequest,
    action: () => Promise<Response>,
  ) => Promise<Response>;
  /** Answers requests that no HTTP action is for, such as a page's. */
  readonly serve?: (request: Request) => Promise<Response | undefined> | Response | undefined;
}

export interface ConvexDeployment {
  /** The address for Convex's clients and for HTTP actions alike. */
  readonly url: string;
  /** Requests to HTTP actions, in order. */
  readonly requests: readonly RecordedRequest[];
  /** The database and functions, for a test to look into: see convex-test. */
  readonly backend: Awaited<ReturnType<typeof startRuntime>>["backend"];
  /** How many clients are connected. */
  connections(): number;
  /** How many queries they watch. */
  watched(): number;
  /** Breaks every client's connection; they connect again by themselves. */
  disconnect(): void;
  close(): Promise<void>;
}

/** Starts the stand-in. Real Convex has two hosts (`.cloud` and `.site`); here one serves both. */
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

  // The listener's own error answer would hide a body that broke off; the socket tells it.
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
