import { isTerminal, type Stream, type StreamBody } from "@twinstream/core";
import { followClient, openStream } from "@twinstream/core/bindings";
import { type Adapter, attributes, type ViewedBody } from "../adapter.ts";

const pending: StreamBody = { text: "", status: "pending" };

/** The client alone, as a page without a framework uses it. The bindings are compared with it. */
export const plain: Adapter = {
  name: "plain JS",
  mount({ target, client: own, hydrate, rendered }, first) {
    let props = first;
    let attached: unknown[] = [];
    let readers: (() => void)[] = [];
    let shownCopies = 0;

    const client = followClient(() => props.provided ?? own);
    const stream = (): Stream | undefined => openStream(client(), props.id, props.options());
    const key = () => [client(), props.id, props.options().driven];

    function addReader(element: HTMLElement): void {
      const handle = stream();
      const { id } = props;
      const $view = handle && props.options().view?.(handle.$body);
      const show = () => {
        const shown: ViewedBody = { ...(handle?.snapshot() ?? pending), ...$view?.value };
        const { text, status } = shown;
        for (const [name, value] of Object.entries(attributes(shown))) {
          if (value === undefined) element.removeAttribute(name);
          else element.setAttribute(name, value);
        }
        if (element.textContent !== text) element.textContent = text;
        rendered({ id, text, status });
      };
      shownCopies += 1;
      target.append(element);
      if (!handle) {
        show();
        return;
      }
      readers.push($view?.subscribe(show) ?? (() => {}), handle.subscribe(show));
      if (props.options().driven && !isTerminal(handle.snapshot().status)) handle.start();
    }

    function leave(): void {
      for (const leave of readers) leave();
      readers = [];
      shownCopies = 0;
      target.replaceChildren();
    }

    function render(): void {
      const { copies = 1 } = props;
      const now = key();
      const same = now.every((part, at) => part === attached[at]);
      if (same && shownCopies === copies) return;
      attached = now;
      leave();
      while (shownCopies < copies) addReader(document.createElement("p"));
    }

    if (hydrate) {
      attached = key();
      for (const element of target.querySelectorAll("p")) addReader(element);
    } else {
      render();
    }
    return {
      update(change) {
        props = { ...props, ...change };
        render();
      },
      controls: {
        stop: async () => stream()?.stop(),
        start: () => stream()?.start(),
        retry: () => stream()?.retry(),
      },
      unmount: leave,
    };
  },
};
