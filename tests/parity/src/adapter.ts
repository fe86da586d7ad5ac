import type { StreamClient, StreamOptions, StreamStatus } from "@twinstream/core";

/** The props of a scenario's page. */
export interface Props {
  readonly id: string | null | undefined;
  /** Called at each render, so that the objects inside change their identity. */
  readonly options: () => StreamOptions;
  /** The number of components that read the stream (default 1; 0 unmounts all). */
  readonly copies?: number;
}

/** The output of one render of one component. */
export interface Shown {
  readonly id: string | null | undefined;
  readonly text: string;
  readonly status: StreamStatus;
}

/** A mounted page. */
export interface Page {
  /** Changes props. The page renders again even if they are equal. */
  update(props: Partial<Props>): void;
  /** `stop` and `start` of the first component. */
  readonly controls: Controls;
  unmount(): void;
}

/** The functions that a component gets besides the body. */
export interface Controls {
  stop(): Promise<void>;
  start(): void;
}

/** The place of a page in the document, and the listener to its renders. */
export interface MountPoint {
  readonly target: HTMLElement;
  readonly client: StreamClient;
  /** Whether the target holds a server's markup, which the page hydrates. */
  readonly hydrate?: boolean;
  readonly rendered: (shown: Shown) => void;
}

/** One binding: it mounts a page of its framework. Each reader is `<p data-status>text</p>`. */
export interface Adapter {
  readonly name: string;
  mount(mountPoint: MountPoint, props: Props): Page;
}

/** Renders the same page on a server, by a framework's own renderer. */
export type ServerRender = (client: StreamClient, props: Props) => string | Promise<string>;
