import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

/** A request to the model server. */
export interface ModelRequest {
  readonly authorization: string | undefined;
  readonly body: { model: string; stream: boolean; messages: { role: string; content: string }[] };
}

/** The answer to one request. */
export interface ModelAnswer {
  /** The answer's pieces, one chunk each. */
  readonly pieces: Iterable<string> | AsyncIterable<string>;
  /** Milliseconds between two pieces (default 0). */
  readonly pace?: number;
  /** Refuses the request with an HTTP status and the API's error body. */
  readonly refuse?: { status: number; message: string };
  /** Breaks the connection after the pieces, or closes it cleanly without a finish reason. */
  readonly ending?: "done" | "broken" | "early";
}

export interface ModelServer {
  /** For `OPENAI_BASE_URL`. */
  readonly url: string;
  readonly requests: ModelRequest[];
  /** Returns the number of answers that a client left before their end. */
  readonly left: () => number;
  close(): Promise<void>;
}

/**
 * Starts a server on loopback with OpenAI's chat completions API. It sends a role first, then the content,
 * a finish reason, a usage chunk without choices, and `[DONE]`, with a comment in between. It cuts the
 * bytes at odd places, as networks do.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export async function modelServer(
  answer: (request: ModelRequest) => ModelAnswer,
): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  let left = 0;
  const server = createServer(async (request, response) => {
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      return json(response, 404, {
        error: { message: `no route ${request.url}`, type: "invalid" },
      });
    }
    const asked: ModelRequest = {
      authorization: request.headers.authorization,
      body: JSON.parse(await text(request)),
    };
    requests.push(asked);
    const plan = answer(asked);
    if (plan.refuse) {
      const { status, message } = plan.refuse;
      return json(response, status, { error: { message, type: "refused", code: null } });
    }
    response.on("close", () => {
      if (!response.writableEnded && plan.ending !== "broken") left++;
    });
    await stream(response, asked.body.model, plan);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    left: () => left,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function stream(response: ServerResponse, model: string, plan: ModelAnswer): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model };
  const send = (choices: object[], more: object = {}) =>
    cutUp(response, `data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`);
  const delta = (delta: object, finish: string | null = null) =>
    send([{ index: 0, delta, logprobs: null, finish_reason: finish }]);

  cutUp(response, ": PROCESSING\n\n");
  delta({ role: "assistant", content: "", refusal: null });
  for await (const piece of plan.pieces) {
    if (response.destroyed) return;
    delta({ content: piece });
    if (plan.pace) await setTimeout(plan.pace);
  }
  if (plan.ending === "broken") return void response.socket?.resetAndDestroy();
  if (plan.ending !== "early") {
    delta({}, "stop");
    send([], { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
    cutUp(response, "data: [DONE]\n\n");
  }
  response.end();
}

/** Writes in two parts, cut anywhere, also within a character. */
function cutUp(response: ServerResponse, text: string): void {
  const bytes = Buffer.from(text);
  const cut = Math.floor(bytes.length * 0.6);
  response.write(bytes.subarray(0, cut));
  response.write(bytes.subarray(cut));
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
