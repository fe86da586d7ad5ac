import { atom, type ReadableAtom } from "nanostores";
import { platform } from "../platform.ts";
import { isTerminal } from "../protocol/status.ts";
import type { StreamBody } from "../types.ts";
import { graphemes } from "./graphemes.ts";

/** How `smooth` paces. */
export interface SmoothOptions {
  /** About how far, in ms, the shown text trails behind the known one. Default 300. */
  readonly lag?: number;
  /** How soon after the terminal status the whole text is shown, in ms. Default 250. */
  readonly finish?: number;
  /** The language whose rules for grapheme clusters are used. Default: the runtime's own. */
  readonly locale?: string;
  /** Shows text as it comes, without pacing. Default: whether the reader asks for `prefers-reduced-motion`. */
  readonly reducedMotion?: boolean;
}

// The text's last cluster may be joined by marks yet to come; after so long it is shown as it is.
const HOLD_MS = 200;

/**
 * A store like `$body`, whose text appears evenly, grapheme cluster by grapheme cluster, however
 * unevenly it arrives. The more text waits, the faster it appears, so that it never falls behind for
 * good. The status turns terminal when all of the text is shown. What is known at the first
 * subscription is shown at once, and so is everything while the page is hidden.
 * @example const $text = smooth(client.stream(id).$body)
 */
export function smooth(
  $body: ReadableAtom<StreamBody>,
  options: SmoothOptions = {},
): ReadableAtom<StreamBody> {
  const { lag = 300, finish = 250, locale, reducedMotion } = options;
  const cut = graphemes(locale);
  // Undefined until the first subscription: there is nothing to pace before it.
  let shown: number | undefined;
  let body: StreamBody;
  let grownAt = 0;
  let steppedAt = 0;
  let terminalAt: number | undefined;
  let cancelFrame: (() => void) | undefined;
  let leave: (() => void) | undefined;

  const still = () =>
    (reducedMotion ?? globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches) ||
    platform.hidden();

  function publish(end: number) {
    shown = end;
    const complete = end >= body.text.length;
    if (complete) $shown.set(body);
    else if (end !== $shown.value.text.length || body.error !== $shown.value.error) {
      const status = isTerminal(body.status) ? "streaming" : body.status;
      $shown.set({ ...body, text: body.text.slice(0, end), status });
    }
  }

  /** How many code units are due, of `left`, `elapsed` ms after the last step. */
  function due(left: number, now: number): number {
    const elapsed = now - steppedAt;
    if (terminalAt === undefined) return left * (1 - Math.exp(-elapsed / lag));
    const remaining = terminalAt + finish - now;
    return remaining <= 0 ? left : left * Math.min(1, elapsed / (elapsed + remaining));
  }

  function step() {
    cancelFrame = undefined;
    const now = platform.now();
    const from = shown ?? 0;
    const left = body.text.length - from;
    if (still()) return publish(body.text.length);
    const whole = terminalAt !== undefined || now - grownAt >= HOLD_MS;
    // At least one, also where no time has passed on the clock, and what is due of it is no number.
    publish(cut(body.text, from, Math.max(1, Math.ceil(due(left, now)) || 1), whole));
    steppedAt = now;
    if (shown !== body.text.length) cancelFrame = platform.frame(step);
  }

  function update(next: StreamBody) {
    const now = platform.now();
    if (body === undefined || next.text.length !== body.text.length) grownAt = now;
    body = next;
    // An error may pass: a stream that the client gave up is asked for again by a new reader.
    terminalAt = isTerminal(body.status) ? (terminalAt ?? now) : undefined;
    if (shown === undefined || shown > body.text.length || still()) shown = body.text.length;
    if (shown === body.text.length) return publish(shown);
    if (cancelFrame) return;
    steppedAt = now;
    cancelFrame = platform.frame(step);
  }

  const $shown = atom<StreamBody>({ text: "", status: "pending" });
  const { listen } = $shown;
  // Reading a store that nobody listens to is not a reason to start anything: it is asked as it is.
  $shown.get = () => ($shown.lc ? $shown.value : $body.get());
  $shown.listen = (listener) => {
    if (!$shown.lc) leave = $body.subscribe(update);
    return listen(listener);
  };
  $shown.off = () => {
    leave?.();
    cancelFrame?.();
    leave = cancelFrame = undefined;
  };
  return $shown;
}
