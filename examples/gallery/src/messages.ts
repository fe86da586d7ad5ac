// What the page and its panes say to each other. A pane is an iframe, so that it is an app of its
// own: its own client, its own requests, and a refresh that is a refresh.

/** The frameworks that have a pane, in the page's order. */
export const frameworks = ["react", "vue", "svelte", "solid", "js"] as const;
export type Framework = (typeof frameworks)[number];

export const names: Record<Framework, string> = {
  react: "React",
  vue: "Vue",
  svelte: "Svelte",
  solid: "Solid",
  js: "Plain JS",
};

/** What the demo server generates from. */
export interface Input {
  readonly prompt: string;
  /** Tokens a second, 0 = as fast as it can; the model's own where left out. */
  readonly pace?: number;
}

/** What a pane shows. */
export interface Shown {
  readonly id: string;
  readonly driven: boolean;
  readonly input?: Input;
  /** Where the server flushes, the server's default where left out. */
  readonly flush?: string;
}

export type ToPane = { type: "show"; shown: Shown } | { type: "cut" };

/** How a pane stands: what a person sees in it. */
export interface Report {
  readonly id: string | undefined;
  readonly driven: boolean;
  readonly status: string;
  /** UTF-8 bytes of the visible text. */
  readonly length: number;
  /** Bytes of the responses' bodies, as they arrived. */
  readonly bytes: number;
  readonly requests: number;
}

export type FromPane = { type: "ready" } | { type: "report"; report: Report };

/** 1234 → "1.2 kB" */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
