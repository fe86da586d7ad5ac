import { vi } from "vitest";
import type { Adapter, MountPoint, Page, Props, Shown } from "./adapter.ts";
import type { TestServer } from "./test-server.ts";

/** A scenario's page in the document, and its renders since it was mounted. */
export interface MountedPage extends Page {
  readonly renders: readonly Shown[];
  /** The readers' elements. */
  elements(): HTMLElement[];
  /** The texts of the readers. */
  texts(): string[];
  /** Waits until every reader shows this text, and this status if one is given. */
  shows(text: string, status?: string): Promise<void>;
}

const timeout = 15_000;

/** Waits until `check` does not throw. Rejects with its last error if that takes too long. */
export function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout, interval: 5 });
}

/** Mounts a page in the document. */
export function mount(
  adapter: Adapter,
  server: Pick<TestServer, "client">,
  props: Partial<Props>,
  mountPoint: Partial<MountPoint> = {},
): MountedPage {
  const target = mountPoint.target ?? document.body.appendChild(document.createElement("main"));
  const renders: Shown[] = [];
  const page = adapter.mount(
    {
      client: server.client(),
      rendered: (shown) => renders.push(shown),
      ...mountPoint,
      target,
    },
    { id: undefined, options: () => ({}), ...props },
  );
  const elements = () => [...target.querySelectorAll<HTMLElement>("p")];
  const texts = () => elements().map((element) => element.textContent ?? "");
  return {
    renders,
    elements,
    texts,
    update: page.update,
    get controls() {
      return page.controls;
    },
    unmount() {
      page.unmount();
      target.remove();
    },
    shows: (text, status) =>
      until(() => {
        const shown = elements().map(
          (element) => `${element.dataset.status} ${element.textContent}`,
        );
        const wanted = status === undefined ? text : `${status} ${text}`;
        if (
          shown.length === 0 ||
          !shown.every(
            (one) =>
              one === wanted || (status === undefined && one.slice(one.indexOf(" ") + 1) === text),
          )
        ) {
          throw new Error(
            `The page shows ${JSON.stringify(shown)}, not ${JSON.stringify(wanted)}.`,
          );
        }
      }),
  };
}
