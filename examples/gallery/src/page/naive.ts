// A follower by a database subscription: it receives the whole body again at each flush.
// It uses a WebSocket, as such subscriptions do, which leaves the browser's six HTTP connections to
// the panes.
import { stickToEnd } from "../stick.ts";

export interface Naive {
  readonly root: HTMLElement;
  show(id: string): void;
  /** Calls `listener` with the bytes received so far for the current stream. */
  onBytes(listener: (bytes: number) => void): void;
}

/** A message of the server, one per flush. */
interface Body {
  readonly text: string;
  readonly status: string;
}

export function createNaive(template: HTMLTemplateElement): Naive {
  const root = (template.content.cloneNode(true) as DocumentFragment)
    .firstElementChild as HTMLElement;
  const text = root.querySelector<HTMLElement>("[data-text]")!;
  const status = root.querySelector<HTMLElement>(".status")!;
  let listener: (bytes: number) => void = () => {};
  let socket: WebSocket | undefined;

  stickToEnd(root.querySelector<HTMLElement>(".text")!);
  return {
    root,
    onBytes(run) {
      listener = run;
    },
    show(id) {
      socket?.close();
      text.textContent = "";
      let bytes = 0;
      listener(bytes);
      const address = new URL(`/api/naive/${encodeURIComponent(id)}`, location.href);
      address.protocol = address.protocol.replace("http", "ws");
      const opened = new WebSocket(address);
      socket = opened;
      opened.addEventListener("message", (event: MessageEvent<string>) => {
        if (socket !== opened) return;
        bytes += new TextEncoder().encode(event.data).length;
        const body = JSON.parse(event.data) as Body;
        text.textContent = body.text;
        status.textContent = body.status;
        status.dataset.status = body.status;
        listener(bytes);
      });
    },
  };
}
