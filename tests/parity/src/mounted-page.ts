import { vi } from "vitest";
import type { Adapter, Page, Place, Props, Shown } from "./adapter.ts";
import type { World } from "./test-server.ts";

/** A scenario's page in the document, and what it has shown since it was mounted. */
export interface Stage extends Page {
  readonly renders: readonly Shown[];
  /** The readers' elements. */
  elements(): HTMLElement[];
  /** The texts that the readers show. */
  texts(): string[];
  /** Waits until every reader shows this text, and this status where one is given. */
  shows(text: string, status?: string): Promise<void>;
}

const timeout = 15_000;

/** Waits until the check holds; tells what did not when it never does. */
export function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout, interval: 5 });
}

/** Mounts a page in the document. */
export function mount(
  adapter: Adapter,
  world: Pick<World, "client">,
  props: Partial<Props>,
  place: Partial<Place> = {},
): Stage {
  const target = place.target ?? document.body.appendChild(document.createElement("main"));
  const renders: Shown[] = [];
  const page = adapter.mount(
    {
      client: world.client(),
      rendered: (shown) => renders.push(shown),
      ...place,
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
