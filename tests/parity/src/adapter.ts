import type { StreamBody, StreamClient, StreamOptions, StreamStatus } from "@twinstream/core";
import type { ClientOrOptions, StreamView } from "@twinstream/core/bindings";

/** The props of a scenario's page. */
export interface Props {
  readonly id: string | null | undefined;
  /** Called at each render, so that the objects inside change their identity. */
  readonly options: () => StreamOptions & { readonly view?: StreamView };
  /** The client that the page provides, or the options of one. Default: the mount point's client. */
  readonly provided?: ClientOrOptions;
  /** The number of components that read the stream (default 1; 0 unmounts all). */
  readonly copies?: number;
}

/** The output of one render of one component. */
export interface Shown {
  readonly id: string | null | undefined;
  readonly text: string;
  readonly status: StreamStatus;
}

/** What a reader may show: the body, and the field that the scenarios' views add. */
export interface ViewedBody extends StreamBody {
  readonly words?: number;
}

/** The attributes of a reader's element. */
export const attributes = ({ status, error, reason, words }: ViewedBody) => ({
  "data-status": status,
  "data-error": error && `${error.code}: ${error.message}`,
  "data-reason": reason,
  "data-words": words === undefined ? undefined : String(words),
});

/** A mounted page. */
export interface Page {
  /** Changes props. The page renders again even if they are equal. */
  update(props: Partial<Props>): void;
  /** `stop`, `start` and `retry` of the last component. */
  readonly controls: Controls;
  unmount(): void;
}

/** The functions that a component gets besides the body. */
export interface Controls {
  stop(): Promise<void>;
  start(): void;
  retry(): void;
}

/** The place of a page in the document, and the listener to its renders. */
export interface MountPoint {
  readonly target: HTMLElement;
  readonly client: StreamClient;
  /** Whether the target holds a server's markup, which the page hydrates. */
  readonly hydrate?: boolean;
  readonly rendered: (shown: Shown) => void;
}

/** One binding: it mounts a page of its framework. Each reader is `<p>text</p>` with `attributes`. */
export interface Adapter {
  readonly name: string;
  mount(mountPoint: MountPoint, props: Props): Page;
}

/** Renders the same page on a server, by a framework's own renderer. */
export type ServerRender = (client: StreamClient, props: Props) => string | Promise<string>;
