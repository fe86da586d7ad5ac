import { atom, onStart, onStop, type ReadableAtom } from "nanostores";
import { check, FROM_0, type Rules } from "../options/check.ts";
import { platform } from "../platform.ts";
import { isTerminal } from "../protocol/status.ts";
import type { StreamBody } from "../text/body.ts";
import { createGraphemeCut } from "./grapheme-cut.ts";

/** Options of `smooth`. */
export interface SmoothOptions {
  /** About how far the shown text trails behind the known one, in milliseconds. 0: not at all. Default: 300. */
  readonly lagMs?: number;
  /** How soon after the terminal status all of the text is shown, in milliseconds. Default: 250. */
  readonly finishMs?: number;
  /** The language whose rules for grapheme clusters are used. Default: the runtime's own. */
  readonly locale?: string;
  /** Shows text as it comes, without pacing. Default: whether the reader asks for `prefers-reduced-motion`. */
  readonly reducedMotion?: boolean;
}

const RULES = {
  lagMs: FROM_0,
  finishMs: FROM_0,
  locale: "a string",
  reducedMotion: "a boolean",
} satisfies Rules<keyof SmoothOptions>;

const DEFAULT_LAG_MS = 300;
const DEFAULT_FINISH_MS = 250;
/** The text's last cluster may be joined by marks yet to come. After so long it is shown as it is. */
const HOLD_MS = 200;

/**
 * Paces a stream's text like a typewriter: it appears evenly, grapheme cluster by grapheme cluster,
 * however unevenly it arrives. The more text waits, the faster it appears, so that it never falls
 * behind for good. The status turns terminal when all of the text is shown.
 *
 * The text that is known when the first listener comes is shown at once; so is everything while the
 * page is hidden. A store without listeners has the body as it is.
 *
 * @param $body a stream's body: `stream.$body`
 * @param options how to pace
 * @throws {TypeError} if an option is unknown or wrong
 * @returns a [nanostore](https://github.com/nanostores/nanostores) like `$body`
 * @example
 * const $text = smooth(client.stream(id).$body);
 */
export function smooth(
  $body: ReadableAtom<StreamBody>,
  options: SmoothOptions = {},
): ReadableAtom<StreamBody> {
  check("smooth", options, RULES);
  const { lagMs = DEFAULT_LAG_MS, finishMs = DEFAULT_FINISH_MS, locale, reducedMotion } = options;
  const cut = createGraphemeCut(locale);
  const $shown = atom<StreamBody>({ text: "", status: "pending" });
  let body: StreamBody | undefined;
  /** How much of the text is shown, in UTF-16 code units. */
  let shown = 0;
  let grownAt = 0;
  let steppedAt = 0;
  let terminalAt: number | undefined;
  let cancelFrame: (() => void) | undefined;
  let leave: (() => void) | undefined;

  const isStill = () =>
    (reducedMotion ?? globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches) ||
    platform.hidden();

  function publish(next: StreamBody, end: number) {
    shown = end;
    if (end >= next.text.length) return $shown.set(next);
    const status = isTerminal(next.status) ? "streaming" : next.status;
    const { value } = $shown;
    if (end !== value.text.length || next.error !== value.error) {
      $shown.set({ ...next, text: next.text.slice(0, end), status });
    }
  }

  /** How many of the code units that are `left` are due now. */
  function due(left: number, now: number): number {
    const elapsed = now - steppedAt;
    if (terminalAt === undefined) {
      return lagMs > 0 ? left * (1 - Math.exp(-elapsed / lagMs)) : left;
    }
    const remaining = terminalAt + finishMs - now;
    return remaining > 0 ? left * (elapsed / (elapsed + remaining)) : left;
  }

  /** Shows what is due; runs once a frame, while some of the text is not shown. */
  function step() {
    cancelFrame = undefined;
    if (!body) return;
    const { text } = body;
    if (isStill()) return publish(body, text.length);
    const now = platform.now();
    const isWhole = terminalAt !== undefined || now - grownAt >= HOLD_MS;
    // At least one, even if no time has passed on the clock.
    const units = Math.max(1, Math.ceil(due(text.length - shown, now)));
    publish(body, cut(text, shown, units, isWhole));
    steppedAt = now;
    if (shown !== text.length) cancelFrame = platform.frame(step);
  }

  function update(next: StreamBody) {
    const now = platform.now();
    if (next.text.length !== body?.text.length) grownAt = now;
    // An error may pass: a stream that the client gave up is asked for again by a new reader.
    terminalAt = isTerminal(next.status) ? (terminalAt ?? now) : undefined;
    if (!body || shown > next.text.length || isStill()) shown = next.text.length;
    body = next;
    if (shown === next.text.length) return publish(next, shown);
    if (cancelFrame) return;
    steppedAt = now;
    cancelFrame = platform.frame(step);
  }

  onStart($shown, () => {
    leave = $body.subscribe(update);
  });
  onStop($shown, () => {
    leave?.();
    cancelFrame?.();
    leave = cancelFrame = body = undefined;
  });
  return $shown;
}
