import type { Append } from "./append.ts";
import type { StreamEnd } from "./stream-end.ts";

/** What `parseInput` receives beside the input itself. */
export interface InputContext<Context = undefined> {
  readonly id: string;
  /** The context that `authorize` returned; undefined if it returned none. */
  readonly context: Context;
  readonly request: Request;
}

/**
 * Checks a client's input and returns the input that `generate` receives. If it throws, the client
 * receives 400 with the error's message, and nothing is written: a stream stays pending, and a drive
 * that was to make its stream makes none.
 * @example const parseInput: ParseInput<{ prompt: string }> = (raw) => schema.parse(raw);
 */
export type ParseInput<Input, Context = undefined> = (
  raw: unknown,
  context: InputContext<Context>,
) => Input | Promise<Input>;

/** What `generate` receives. */
export interface GenerateContext<Input = unknown, Context = undefined> {
  readonly id: string;
  /** The stream's tags; undefined if it has none. */
  readonly tags?: readonly string[];
  /**
   * The result of `parseInput`. Without `parseInput`: the JSON of the drive request's body as the
   * client sent it, or undefined if the body was empty. `streams.drive` may give another.
   */
  readonly input: Input;
  /** The context that `authorize` returned, or that `streams.drive` was given; undefined if there is none. */
  readonly context: Context;
  readonly request: Request;
  /** Adds text. The driver receives it at once; the store receives it in batches. */
  readonly append: Append;
  /**
   * Aborts when the stream was stopped (on any server), deleted or lost, and when `generate` threw.
   * Pass it to the model's client.
   */
  readonly signal: AbortSignal;
}

/**
 * Makes the text of a stream. If it returns, the stream ends as `done`; if it throws, as `error`.
 * Throw a `StreamFailure` for an error that readers should see.
 */
export type Generate<Input = unknown, Context = undefined> = (
  context: GenerateContext<Input, Context>,
) => unknown;

/** What `onFinish` receives: how the stream ended, and its whole text. */
export interface FinishContext<Context = undefined> extends StreamEnd {
  readonly id: string;
  /** The stream's tags; undefined if it has none. */
  readonly tags?: readonly string[];
  readonly text: string;
  /** The context that `generate` received, if there is one. */
  readonly context?: Context;
}
