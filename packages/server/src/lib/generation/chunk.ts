/** Reads the chunks of one model's stream. */
export interface ChunkReader {
  /** The text in a chunk; "" where it bears none. Throws what a chunk reports as an error. */
  read(chunk: object): string;
  /** Throws where the model was cut off: an answer's beginning must not pass for the answer. */
  end(): void;
}

/**
 * Understands the chunks of the providers' own clients: OpenAI's chat and responses streams,
 * Anthropic's messages, the AI SDK's `fullStream` and UI message streams.
 */
export function chunkReader(): ChunkReader {
  let begun = false;
  let ended = false;
  return {
    read(chunk) {
      begun = true;
      ended ||= isEnd(chunk);
      return textOf(chunk);
    },
    end() {
      if (begun && !ended) throw new Error("The model's stream broke off before its end.");
    },
  };
}

const ENDS = new Set(["response.completed", "response.incomplete", "message_stop", "finish"]);

function isEnd(chunk: object): boolean {
  const { type, choices } = chunk as { type?: unknown; choices?: unknown };
  if (typeof type === "string") return ENDS.has(type);
  return Array.isArray(choices) && Boolean(field(choices[0], "finish_reason"));
}

function textOf(chunk: object): string {
  const { type, choices, delta, text, error, object } = chunk as Record<string, unknown>;
  if (Array.isArray(choices)) return contentOf(choices[0]);
  switch (type) {
    case "response.output_text.delta":
      return string(delta);
    case "content_block_delta":
      return string(field(delta, "text"));
    case "text-delta":
      return string(delta ?? text);
    case "error":
    case "response.failed":
      throw failure(chunk);
  }
  if (error) throw failure(chunk);
  if (typeof type === "string" || typeof object === "string") return "";
  throw new TypeError(
    `append.from knows the chunks of OpenAI, Anthropic and the AI SDK, and was given an object with the keys ${Object.keys(chunk).join(", ") || "(none)"}. Map the stream to strings first.`,
  );
}

/** A chat completion's choice. */
function contentOf(choice: unknown): string {
  return string(field(field(choice, "delta"), "content"));
}

function failure(chunk: object): Error {
  const { error = field(chunk, "response") && field(field(chunk, "response"), "error") } =
    chunk as { error?: unknown };
  if (error instanceof Error) return error;
  const message =
    field(error, "message") ?? field(chunk, "errorText") ?? field(chunk, "message") ?? error;
  return new Error(
    `The model's stream reported an error${typeof message === "string" ? `: ${message}` : "."}`,
    { cause: chunk },
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}
