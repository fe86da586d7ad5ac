/** What a walk covered. */
export interface Walked {
  readonly name: string;
  readonly states: number;
  readonly transitions: number;
  /** How many sequences of events were covered. */
  readonly interleavings: bigint;
}
