// The messages between the page and its panes. A pane is an iframe, so that it is a separate app, with its
// own client and requests, and can really be refreshed.

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

/** The input of a generation on the demo's server. */
export interface Input {
  readonly prompt: string;
  /** Tokens per second, 0 = as fast as possible. Default: the model's own pace. */
  readonly pace?: number;
}

/** The stream that a pane shows. */
export interface Shown {
  readonly id: string;
  readonly driven: boolean;
  readonly input?: Input;
  /** Where the server flushes. Default: the server's own. */
  readonly flush?: string;
}

export type ToPane = { type: "show"; shown: Shown } | { type: "cut" };

/** The state of a pane, as a person sees it. */
export interface Report {
  readonly id: string | undefined;
  readonly driven: boolean;
  readonly status: string;
  /** Why it ended so, if the server said it. */
  readonly reason?: string;
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
