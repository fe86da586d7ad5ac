import { useStream as componentsOwn } from "@convex-dev/persistent-text-streaming/react";
import { useStream } from "../src/react.ts";

/** The signature of the component's own hook. Ours has the same. */
export type UseStream = typeof componentsOwn;

/** A hook to try. */
export interface Hook {
  readonly useStream: UseStream;
  /** How long a story waits for a body to be shown, in ms. One that never comes costs all of it. */
  readonly patience: number;
}

export const theirs: Hook = { useStream: componentsOwn, patience: 1_000 };
export const ours: Hook = { useStream, patience: 15_000 };
