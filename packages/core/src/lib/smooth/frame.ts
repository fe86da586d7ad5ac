// Frames do not come in a hidden or throttled page: then a timer stands in.
const LATEST_MS = 100;

/** Calls `run` once, at the next frame. Returns a way to take it back. */
export function onFrame(run: () => void): () => void {
  const frame = globalThis.requestAnimationFrame?.(once);
  const timer = setTimeout(once, frame === undefined ? 16 : LATEST_MS);
  function cancel() {
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
  }
  function once() {
    cancel();
    run();
  }
  return cancel;
}
