import { useStream as componentsOwn } from "@convex-dev/persistent-text-streaming/react";
import { useStream } from "../src/react.ts";

/** The signature of the component's own hook, which ours has too. */
export type UseStream = typeof componentsOwn;

/** A hook to try. */
export interface Hook {
  readonly useStream: UseStream;
  /** How long a story waits for what should come, in ms; one that never comes costs all of it. */
  readonly patience: number;
}

export const theirs: Hook = { useStream: componentsOwn, patience: 1_000 };
export const ours: Hook = { useStream, patience: 15_000 };
