import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

/** A request to the model server. */
export interface ModelRequest {
  readonly authorization: string | undefined;
  /** The request's body. A response's `input` is here as the one message that it is. */
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
 * Starts a server on loopback with OpenAI's two APIs: chat completions and responses. It cuts the bytes at
 * odd places, as networks do.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export async function modelServer(
  answer: (request: ModelRequest) => ModelAnswer,
): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  let left = 0;
  const server = createServer(async (request, response) => {
    const stream = request.method === "POST" ? apis[request.url ?? ""] : undefined;
    if (!stream) {
      return json(response, 404, {
        error: { message: `no route ${request.url}`, type: "invalid" },
      });
    }
    const body = JSON.parse(await text(request));
    const asked: ModelRequest = {
      authorization: request.headers.authorization,
      body: { ...body, messages: body.messages ?? [{ role: "user", content: body.input }] },
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
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
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

type StreamAnswer = (response: ServerResponse, model: string, plan: ModelAnswer) => Promise<void>;

/** How each route streams an answer. */
const apis: Readonly<Record<string, StreamAnswer>> = {
  "/v1/chat/completions": streamChat,
  "/v1/responses": streamResponse,
};

/**
 * Sends a role first, then the content, a finish reason, a usage chunk without choices, and `[DONE]`, with
 * a comment in between.
 */
async function streamChat(response: ServerResponse, model: string, plan: ModelAnswer) {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model };
  const send = (choices: object[], more: object = {}) =>
    cutUp(response, `data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`);
  const delta = (delta: object, finish: string | null = null) =>
    send([{ index: 0, delta, logprobs: null, finish_reason: finish }]);

  cutUp(response, ": PROCESSING\n\n");
  delta({ role: "assistant", content: "", refusal: null });
  await streamPieces(
    response,
    plan,
    (piece) => {
      delta({ content: piece });
    },
    () => {
      delta({}, "stop");
      send([], { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
      cutUp(response, "data: [DONE]\n\n");
    },
  );
}

/** Sends the response's object first, then the deltas of one output text, and the complete response. */
async function streamResponse(response: ServerResponse, model: string, plan: ModelAnswer) {
  let sequence_number = 0;
  const send = (type: string, more: object) => {
    const event = { type, sequence_number: sequence_number++, ...more };
    cutUp(response, `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const about = { id: "resp_1", object: "response", created_at: 1_700_000_000, model };
  const item = { item_id: "msg_1", output_index: 0, content_index: 0 };

  send("response.created", { response: { ...about, status: "in_progress", output: [] } });
  await streamPieces(
    response,
    plan,
    (delta) => {
      send("response.output_text.delta", { ...item, delta, logprobs: [] });
    },
    () => {
      send("response.completed", { response: { ...about, status: "completed", output: [] } });
    },
  );
}

/** Sends the pieces at their pace, and then the end that the plan has. */
async function streamPieces(
  response: ServerResponse,
  plan: ModelAnswer,
  send: (piece: string) => void,
  finish: () => void,
): Promise<void> {
  for await (const piece of plan.pieces) {
    if (response.destroyed) return;
    send(piece);
    if (plan.pace) await setTimeout(plan.pace);
  }
  if (plan.ending === "broken") return void response.socket?.resetAndDestroy();
  if (plan.ending !== "early") finish();
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
