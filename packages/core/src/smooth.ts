/**
 * Typewriter pacing: evens out how text appears.
 * @module
 */

export { type SmoothOptions, smooth } from "./lib/smooth/smooth.ts";
