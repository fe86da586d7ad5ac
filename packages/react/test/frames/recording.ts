/** The page's counters while an answer streams. */
export interface Recording {
  readonly commits: { frame: number; at: number; status: string; length: number }[];
  siblingRenders: number;
  frames: number;
}
