import { isTerminal } from "../protocol/status.ts";
import type { StreamUpdate } from "../text/body.ts";
import type { Source, SourceRequest, SourceSink } from "../types.ts";
import type { TabChannel } from "./tab-channel.ts";
import type { TabMessage } from "./tab-message.ts";

/** A driving tab answers sooner than this. If there is none, the server is asked after it. */
const GRACE_MS = 40;

/**
 * The sibling's side: takes the text from the tab that drives, and from `source` if there is none.
 * A driver that sends nothing for `patienceMs` is asked whether it lives, since a frozen tab answers
 * nothing. After as long again it is given up, and the source goes on from this tab's own offset.
 * @param channel connects the tabs
 * @param source the server
 * @param request the attempt's request
 * @param sink receives the text, whichever way it comes
 * @param patienceMs how long a driver may be silent, in milliseconds
 */
export function followDrivingTab(
  channel: TabChannel,
  source: Source,
  request: SourceRequest,
  sink: SourceSink,
  patienceMs: number,
): void {
  const { platform, signal } = request;
  let driver: string | undefined;
  /** The driver was asked, and has not answered yet. */
  let asking = false;
  /** The end that the driver has reported, of more text than there is here. */
  let ended: Extract<TabMessage, { readonly type: "ended" }> | undefined;
  let server: AbortController | undefined;
  let cancelTimer: (() => void) | undefined;
  let finished = false;

  if (signal.aborted) return;
  const member = channel.join(request.id, receive);
  signal.addEventListener("abort", finish);
  ask();
  cancelTimer = platform.after(GRACE_MS, followServer);

  function ask() {
    asking = true;
    member.send({ type: "ask", from: request.offset });
  }

  function finish() {
    if (finished) return;
    finished = true;
    cancelTimer?.();
    member.send({ type: "leave" });
    member.leave();
    server?.abort();
    signal.removeEventListener("abort", finish);
  }

  function report(update: StreamUpdate) {
    // Before it is reported: the client may close this attempt over it.
    if (update.status !== undefined && isTerminal(update.status)) finish();
    sink.next(update);
  }

  // --- From the server ---

  function followServer() {
    cancelTimer?.();
    cancelTimer = driver = ended = undefined;
    asking = false;
    if (finished) return;
    const own = new AbortController();
    server = own;
    const isCurrent = () => server === own && !finished;
    source.follow(
      { ...request, signal: own.signal },
      {
        next(update) {
          if (isCurrent()) report(update);
        },
        error(error) {
          if (!isCurrent()) return;
          finish();
          sink.error(error);
        },
        end() {
          if (!isCurrent()) return;
          finish();
          sink.end();
        },
      },
    );
  }

  // --- From the driving tab ---

  /** Waits for the driver's next sign of life. */
  function watchDriver() {
    cancelTimer?.();
    cancelTimer = platform.after(patienceMs, () => {
      if (asking) return followServer();
      ask();
      watchDriver();
    });
  }

  function receive(message: TabMessage) {
    if (message.type === "drive") {
      ask();
    } else if (message.type === "bye") {
      if (message.tab === driver) followServer();
    } else if (message.type === "text") {
      receiveText(message);
    } else if (message.type === "ended" && message.tab === driver) {
      ended = message;
      reportEnd();
    }
  }

  function receiveText({ tab, delta, offset }: Extract<TabMessage, { readonly type: "text" }>) {
    if (offset > request.offset) {
      // A message before it was sent before this tab began to listen, or was lost.
      if (!asking) ask();
      return;
    }
    driver = tab;
    asking = false;
    request.alive();
    server?.abort();
    server = undefined;
    watchDriver();
    report({ delta, offset, status: "streaming" });
    reportEnd();
  }

  /** Reports the end, once all of the text is here. */
  function reportEnd() {
    if (finished || !ended) return;
    const { status, length, error, errorMessage, reason } = ended;
    const { offset } = request;
    if (length <= offset) {
      report({ delta: "", offset, bytes: 0, status, error, errorMessage, reason });
    } else if (!asking) ask();
  }
}
