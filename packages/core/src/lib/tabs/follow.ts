import { isTerminal } from "../protocol/status.ts";
import type { Source, SourceRequest, SourceSink, StreamUpdate } from "../types.ts";
import type { Channel } from "./channel.ts";
import type { Message } from "./message.ts";

// A sibling that drives answers sooner than this; without one, nobody is kept waiting for longer.
const GRACE_MS = 40;

/**
 * The sibling's side: takes its text from the tab that drives, and otherwise from `source`. A
 * driver that says nothing for `patience` ms is asked whether it lives (a frozen tab answers
 * nothing); after as long again it is given up, and the source goes on from this tab's own offset.
 */
export function followTabs(
  channel: Channel,
  source: Source,
  request: SourceRequest,
  sink: SourceSink,
  patience: number,
): void {
  const { platform, signal } = request;
  let driver: string | undefined;
  /** The driver was asked, and has not answered yet. */
  let asking = false;
  /** The end, as the driver told it, of more text than there is here. */
  let ended: Extract<Message, { readonly type: "ended" }> | undefined;
  let server: AbortController | undefined;
  let timer: (() => void) | undefined;
  let over = false;

  if (signal.aborted) return;
  const seat = channel.join(request.id, hear);
  signal.addEventListener("abort", finish);
  ask();
  timer = platform.after(GRACE_MS, followServer);

  function ask() {
    asking = true;
    seat.say({ type: "ask", from: request.offset });
  }

  function finish() {
    if (over) return;
    over = true;
    timer?.();
    seat.say({ type: "leave" });
    seat.leave();
    server?.abort();
    signal.removeEventListener("abort", finish);
  }

  function report(update: StreamUpdate) {
    // Before it is told: the client may close this attempt over it.
    if (update.status !== undefined && isTerminal(update.status)) finish();
    sink.next(update);
  }

  // --- From the server ---

  function followServer() {
    timer?.();
    timer = driver = ended = undefined;
    asking = false;
    if (over) return;
    const mine = new AbortController();
    server = mine;
    const current = () => server === mine && !over;
    source.follow(
      { ...request, signal: mine.signal },
      {
        next(update) {
          if (current()) report(update);
        },
        error(error) {
          if (!current()) return;
          finish();
          sink.error(error);
        },
        end() {
          if (!current()) return;
          finish();
          sink.end();
        },
      },
    );
  }

  // --- From the driving tab ---

  /** Waits for the driver's next sign of life. */
  function watch() {
    timer?.();
    timer = platform.after(patience, () => {
      if (asking) return followServer();
      ask();
      watch();
    });
  }

  function hear(message: Message) {
    if (message.type === "drive") {
      ask();
    } else if (message.type === "bye") {
      if (message.tab === driver) followServer();
    } else if (message.type === "text") {
      take(message);
    } else if (message.type === "ended" && message.tab === driver) {
      ended = message;
      end();
    }
  }

  function take({ tab, delta, offset }: Extract<Message, { readonly type: "text" }>) {
    if (offset > request.offset) {
      // What was said before this tab began to listen, or was lost.
      if (!asking) ask();
      return;
    }
    driver = tab;
    asking = false;
    request.alive();
    server?.abort();
    server = undefined;
    watch();
    report({ delta, offset, status: "streaming" });
    end();
  }

  function end() {
    if (over || !ended) return;
    const { status, length, error } = ended;
    const { offset } = request;
    if (length <= offset) report({ delta: "", offset, bytes: 0, status, error });
    else if (!asking) ask();
  }
}
