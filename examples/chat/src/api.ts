import type { InitialBody } from "@twinstream/core";

/** A conversation in the list. */
export interface Listed {
  readonly id: string;
  readonly title: string;
}

/** A question, and its answer so far. */
export interface Turn {
  readonly id: string;
  readonly prompt: string;
  /** The answer's stream. */
  readonly stream: string;
  /** The answer when the turn was loaded. The stream continues from there. */
  readonly answer: InitialBody;
}

/** A conversation. */
export interface Conversation extends Listed {
  readonly shared: boolean;
  /** Whether this browser started it, and may continue it. */
  readonly own: boolean;
  readonly turns: readonly Turn[];
}

/** A request that failed. `code` says why. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api/conversations${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  }).catch((error: unknown) => {
    throw new ApiError("network", "The server cannot be reached.", { cause: error });
  });
  if (response.status === 204) return undefined as T;
  const json = await response.json().catch(() => undefined);
  if (response.ok && json) return json as T;
  const { code = "internal", message = "Something went wrong on the server." } = json?.error ?? {};
  throw new ApiError(code, message);
}

export const listConversations = () => call<Listed[]>("GET", "");
export const loadConversation = (id: string) => call<Conversation>("GET", `/${id}`);
export const shareConversation = (id: string, shared: boolean) =>
  call<{ shared: boolean }>("PATCH", `/${id}`, { shared });
export const clearConversation = (id: string) => call<void>("DELETE", `/${id}/turns`);
