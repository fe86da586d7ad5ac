/** A summary of the values of several rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One comparison. Ratios are computed within each round, so that a noisy minute affects both sides. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: Spread;
  /** The peer to compare with, and its value. Omitted if the goal concerns our value alone. */
  readonly peer?: string;
  readonly peerValue?: Spread;
  readonly ratio?: Spread;
  readonly goal?: {
    readonly atMost?: number;
    readonly atLeast?: number;
    readonly of: "ratio" | "ours";
  };
  readonly met?: boolean;
}

/** A table to print. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** An explanation of the figures. */
  readonly note?: string;
}

/** A bar chart. */
export interface Chart {
  /** The file's name without its extension. */
  readonly file: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly ours: boolean;
  }[];
  /** Draws the values on a logarithmic scale, since they differ by orders of magnitude. */
  readonly logarithmic?: boolean;
}

/** The result of a benchmark. */
export interface Result {
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  readonly charts?: readonly Chart[];
  /** What could not be measured on this machine, and why. */
  readonly skipped?: readonly string[];
}

/**
 * Summarises the values of several rounds.
 *
 * @throws if there are none
 */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error("There are no values to summarise.");
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: sorted[0]!, max: sorted.at(-1)! };
}

/** The value below which the share `q` of the sorted values lies. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const value = sorted[low]!;
  return value + (at - low) * ((sorted[low + 1] ?? value) - value);
}

/**
 * Compares our values with a peer's, round by round.
 *
 * @param goal the bound that the median of the ratio, or of our own values, has to meet
 */
export function compare(
  name: string,
  unit: string,
  ours: readonly number[],
  peer?: { readonly name: string; readonly values: readonly number[] },
  goal?: Figure["goal"],
): Figure {
  const ratio = peer && spread(ours.map((value, round) => value / peer.values[round]!));
  const own = spread(ours);
  const judged = goal?.of === "ours" ? own.median : ratio?.median;
  const met =
    goal && judged !== undefined
      ? judged <= (goal.atMost ?? Number.POSITIVE_INFINITY) && judged >= (goal.atLeast ?? 0)
      : undefined;
  return {
    name,
    unit,
    ours: own,
    peer: peer?.name,
    peerValue: peer && spread(peer.values),
    ratio,
    goal,
    met,
  };
}

/** The exponent `k` of the fit `y = c · x^k`, by least squares on logarithms. */
export function exponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (at: 0 | 1) => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  const under = logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return over / under;
}

/** Formats a number for a table, with three significant digits. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  return size === 0 ? "0" : String(Number(value.toPrecision(3)));
}

/** Formats a median with its spread. */
export function showSpread({ median, min, max }: Spread): string {
  return `${show(median)} (${show(min)}–${show(max)})`;
}
