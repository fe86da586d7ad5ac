// A minimal stand-in for Convex's sync socket. Convex's own clients connect to it. After each mutation
// it runs their queries again and sends the changed results.
import { makeFunctionReference } from "convex/server";
import { convexToJson, type JSONValue, jsonToConvex, type Value } from "convex/values";
import type { WebSocket } from "ws";
import type { Runtime } from "./runtime.ts";

interface AddQuery {
  readonly type: "Add";
  readonly queryId: number;
  readonly udfPath: string;
  readonly args: JSONValue[];
}
interface RemoveQuery {
  readonly type: "Remove";
  readonly queryId: number;
}
interface FunctionCall {
  readonly type: "Mutation" | "Action";
  readonly requestId: number;
  readonly udfPath: string;
  readonly args: JSONValue[];
}
type ClientMessage =
  | { readonly type: "Connect" | "Event" }
  | { readonly type: "Authenticate"; readonly baseVersion: number }
  | {
      readonly type: "ModifyQuerySet";
      readonly newVersion: number;
      readonly modifications: readonly (AddQuery | RemoveQuery)[];
    }
  | FunctionCall;

interface Watched {
  readonly udfPath: string;
  readonly args: Record<string, Value>;
  /** The last sent result. A result is sent only if it differs. */
  sent?: string;
}

let clock = 0;

/** Encodes a timestamp as the protocol does: eight bytes, least significant first, in base64. */
function encodeTime(time: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(time));
  return bytes.toString("base64");
}

const argsOf = (call: { readonly args: JSONValue[] }) =>
  jsonToConvex(call.args[0] ?? {}) as Record<string, Value>;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** One connected client. */
export interface SyncClient {
  /** Runs the queries again and sends the changes. */
  refresh(): void;
  /** Returns the number of queries that it watches. */
  watched(): number;
}

/** Serves one connected client. */
export function serveSync(
  socket: WebSocket,
  backend: Runtime["backend"],
  wrote: () => void,
): SyncClient {
  const queries = new Map<number, Watched>();
  let version = { querySet: 0, identity: 0, ts: 0 };
  let work = Promise.resolve();

  const send = (message: unknown) => socket.send(JSON.stringify(message));
  // One step at a time: the client checks that each transition starts where the last one ended.
  const then = (step: () => Promise<void>) => {
    work = work.then(step);
  };

  async function run(queryId: number, query: Watched): Promise<object | undefined> {
    let result: object;
    try {
      const value: Value = await backend.query(
        makeFunctionReference<"query">(query.udfPath),
        query.args,
      );
      result = { type: "QueryUpdated", value: convexToJson(value) };
    } catch (error) {
      result = { type: "QueryFailed", errorMessage: messageOf(error) };
    }
    const sent = JSON.stringify(result);
    if (sent === query.sent) return undefined;
    query.sent = sent;
    return { ...result, queryId, logLines: [], journal: null };
  }

  async function transition(change: Partial<typeof version>): Promise<void> {
    const results = await Promise.all([...queries].map(([id, query]) => run(id, query)));
    const end = { ...version, ...change, ts: ++clock };
    const wire = (state: typeof version) => ({ ...state, ts: encodeTime(state.ts) });
    send({
      type: "Transition",
      startVersion: wire(version),
      endVersion: wire(end),
      modifications: results.filter((result) => result !== undefined),
    });
    version = end;
  }

  async function call({ type, requestId, udfPath, ...rest }: FunctionCall): Promise<void> {
    const args = argsOf(rest);
    const answer = { type: `${type}Response`, requestId, logLines: [] };
    try {
      const result: Value =
        type === "Mutation"
          ? await backend.mutation(makeFunctionReference<"mutation">(udfPath), args)
          : await backend.action(makeFunctionReference<"action">(udfPath), args);
      const json = convexToJson(result ?? null);
      send({ ...answer, success: true, result: json, ts: encodeTime(++clock) });
    } catch (error) {
      send({ ...answer, success: false, result: messageOf(error) });
    }
    wrote();
  }

  socket.on("message", (data) => {
    const message: ClientMessage = JSON.parse(String(data));
    if (message.type === "Mutation" || message.type === "Action") then(() => call(message));
    if (message.type === "Authenticate")
      then(() => transition({ identity: message.baseVersion + 1 }));
    if (message.type === "ModifyQuerySet") {
      then(() => {
        for (const change of message.modifications) {
          if (change.type === "Remove") queries.delete(change.queryId);
          else queries.set(change.queryId, { udfPath: change.udfPath, args: argsOf(change) });
        }
        return transition({ querySet: message.newVersion });
      });
    }
  });
  return { refresh: () => then(() => transition({})), watched: () => queries.size };
}
