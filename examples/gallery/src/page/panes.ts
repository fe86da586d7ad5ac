import {
  type Framework,
  type FromPane,
  type Input,
  names,
  type Report,
  type Shown,
  type ToPane,
} from "../messages.ts";

interface Pane {
  readonly frame: HTMLIFrameElement;
  /** Resolves when the pane's app has mounted. */
  ready: Promise<void>;
  mounted: () => void;
  share: boolean;
}

export interface Panes {
  /** Lays out the frameworks in this order; only the driver shares with sibling tabs. */
  lay(order: readonly Framework[], driver: Framework, id: string | undefined): void;
  /** Shows a new stream everywhere: the driver drives it, the others follow. */
  show(order: readonly Framework[], driver: Framework, shown: Shown, input: Input): Promise<void>;
  send(framework: Framework, message: ToPane): void;
}

/** Creates the panes' iframes. Calls `onReport` with each report of a pane. */
export function createPanes(
  box: HTMLElement,
  onReport: (framework: Framework, report: Report) => void,
): Panes {
  const panes = new Map<Framework, Pane>();

  function load(framework: Framework, pane: Pane, share: boolean, id: string | undefined): void {
    pane.share = share;
    pane.ready = new Promise((resolve) => {
      pane.mounted = resolve;
    });
    const query = new URLSearchParams({ use: framework, ...(id && { id }) });
    pane.frame.src = `/pane.html?${query}${share ? "&share" : ""}`;
  }

  function send(framework: Framework, message: ToPane): void {
    panes.get(framework)?.frame.contentWindow?.postMessage(message, location.origin);
  }

  addEventListener("message", (event: MessageEvent<FromPane>) => {
    if (event.origin !== location.origin) return;
    for (const [framework, pane] of panes) {
      if (event.source !== pane.frame.contentWindow) continue;
      if (event.data.type === "ready") pane.mounted();
      if (event.data.type === "report") onReport(framework, event.data.report);
    }
  });

  return {
    send,
    lay(order, driver, id) {
      for (const [framework, pane] of panes) {
        if (order.includes(framework)) continue;
        pane.frame.remove();
        panes.delete(framework);
      }
      for (const framework of order) {
        const share = framework === driver;
        const known = panes.get(framework);
        if (known) {
          if (known.share !== share) load(framework, known, share, id);
        } else {
          const frame = document.createElement("iframe");
          frame.title = `${names[framework]} pane`;
          frame.dataset.pane = framework;
          const pane: Pane = { frame, ready: Promise.resolve(), mounted: () => {}, share };
          panes.set(framework, pane);
          load(framework, pane, share, id);
          box.append(frame);
        }
        const { frame } = panes.get(framework)!;
        frame.style.order = String(order.indexOf(framework));
        frame.classList.toggle("driver", share);
      }
    },
    async show(order, driver, shown, input) {
      await Promise.all(order.map((framework) => panes.get(framework)?.ready));
      for (const framework of order) {
        const driven = framework === driver;
        send(framework, {
          type: "show",
          shown: { ...shown, driven, ...(driven && { input }) },
        });
      }
    },
  };
}
