import type { Append } from "./append.ts";
import type { StreamEnd } from "./stream-end.ts";

/** What `parseInput` receives beside the input itself. */
export interface InputContext {
  readonly id: string;
  readonly request: Request;
}

/**
 * Checks a client's input and returns the input that `generate` receives. If it throws, the client
 * receives 400 with the error's message, and the stream stays pending.
 * @example const parseInput: ParseInput<{ prompt: string }> = (raw) => schema.parse(raw);
 */
export type ParseInput<Input> = (raw: unknown, context: InputContext) => Input | Promise<Input>;

/** What `generate` receives. */
export interface GenerateContext<Input = unknown> {
  readonly id: string;
  /**
   * The result of `parseInput`. Without `parseInput`: the JSON of the drive request's body as the
   * client sent it, or undefined if the body was empty.
   */
  readonly input: Input;
  readonly request: Request;
  /** Adds text. The driver receives it at once; the store receives it in batches. */
  readonly append: Append;
  /**
   * Aborts when the stream was stopped (on any server), deleted or lost, and when `generate` threw.
   * Pass it to the model's client.
   */
  readonly signal: AbortSignal;
}

/** Makes the text of a stream. If it returns, the stream ends as `done`; if it throws, as `error`. */
export type Generate<Input = unknown> = (context: GenerateContext<Input>) => unknown;

/** What `onFinish` receives: how the stream ended, and its whole text. */
export interface FinishContext extends StreamEnd {
  readonly id: string;
  readonly text: string;
}
