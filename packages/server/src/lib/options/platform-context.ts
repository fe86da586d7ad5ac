/** What a platform passes to a handler beside the request, as far as this package uses it. */
export interface PlatformContext {
  /** Keeps a serverless function alive until the promise settles. */
  readonly waitUntil?: (promise: Promise<unknown>) => void;
}
