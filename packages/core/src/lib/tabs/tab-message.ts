import { isStatus, isTerminal, type TerminalStatus } from "../protocol/status.ts";
import type { StreamEndFields } from "../text/body.ts";

/** What a tab sends about a stream. */
export type TabEvent =
  /** This tab drives the stream: tabs that read it may ask for its text. */
  | { readonly type: "drive" }
  /** This tab drives it no more. */
  | { readonly type: "bye" }
  /** This tab has the text up to byte `from`, and asks for the rest. */
  | { readonly type: "ask"; readonly from: number }
  /** This tab reads the stream no more. */
  | { readonly type: "leave" }
  /** The text from byte `offset` on. An empty one is a sign of life. */
  | { readonly type: "text"; readonly delta: string; readonly offset: number }
  /** The server has reported the stream's end, at a text of `length` bytes. */
  | (StreamEndFields & {
      readonly type: "ended";
      readonly status: TerminalStatus;
      readonly length: number;
    });

/** An event on its way to other tabs. */
export type TabMessage = TabEvent & {
  /** The stream's id. */
  readonly id: string;
  /** The sender: one reader or driver of one tab. */
  readonly tab: string;
  /** The receiver. Default: all tabs. */
  readonly to?: string;
};

const isString = (value: unknown) => typeof value === "string";
const isNoneOrString = (value: unknown) => value == null || isString(value);
const isLength = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isEnd = (value: unknown) => isStatus(value) && isTerminal(value);

/** What the fields of each event must be. */
const EVENTS: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  drive: {},
  bye: {},
  ask: { from: isLength },
  leave: {},
  text: { delta: isString, offset: isLength },
  ended: {
    status: isEnd,
    length: isLength,
    error: isNoneOrString,
    errorMessage: isNoneOrString,
    reason: isNoneOrString,
  },
} satisfies Record<TabEvent["type"], object>;

/** Whether `data` is a message that this version knows. */
export function isTabMessage(data: unknown): data is TabMessage {
  if (typeof data !== "object" || data === null) return false;
  const message = data as Record<string, unknown>;
  const { type, id, tab, to } = message;
  if (!isString(type) || !isString(id) || !isString(tab) || !isNoneOrString(to)) return false;
  const fields = Object.hasOwn(EVENTS, type as string) && EVENTS[type as string];
  return !!fields && Object.entries(fields).every(([name, holds]) => holds(message[name]));
}
