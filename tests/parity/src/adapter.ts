import type { StreamClient, StreamOptions, StreamStatus } from "@twinstream/core";

/** What the page of a scenario is told. */
export interface Props {
  readonly id: string | null | undefined;
  /** Asked anew at each render, so that objects inside change their identity. */
  readonly options: () => StreamOptions;
  /** How many components read the stream (default 1; 0 unmounts them all). */
  readonly copies?: number;
}

/** What one component showed in one of its renders. */
export interface Shown {
  readonly id: string | null | undefined;
  readonly text: string;
  readonly status: StreamStatus;
}

/** A page that is mounted, and can be changed. */
export interface Page {
  /** Changes props; the page is rendered again even where they are equal. */
  update(props: Partial<Props>): void;
  /** `stop` and `start` as the first component was given them. */
  readonly controls: Controls;
  unmount(): void;
}

/** What a component is given besides the body. */
export interface Controls {
  stop(): Promise<void>;
  start(): void;
}

/** Where a page goes, and who is told of every render. */
export interface Place {
  readonly target: HTMLElement;
  readonly client: StreamClient;
  /** Whether the target holds a server's markup, which is to be taken over. */
  readonly hydrate?: boolean;
  readonly rendered: (shown: Shown) => void;
}

/** One binding: how a page of its framework is mounted. Each reader is `<p data-status>text</p>`. */
export interface Adapter {
  readonly name: string;
  mount(place: Place, props: Props): Page;
}

/** How a framework renders the same page on a server. */
export type ServerRender = (client: StreamClient, props: Props) => string | Promise<string>;
