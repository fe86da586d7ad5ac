import { isTerminal, type Stream, type StreamBody } from "@twinstream/core";
import type { Adapter } from "../adapter.ts";

/** The client alone, as a page without a framework uses it. The bindings are compared with it. */
export const plain: Adapter = {
  name: "plain JS",
  mount({ target, client, hydrate, rendered }, first) {
    let props = first;
    let attached: string | undefined;
    let readers: (() => void)[] = [];

    const stream = (): Stream | undefined =>
      props.id == null ? undefined : client.stream(props.id, { ...props.options() });

    function addReader(element: HTMLElement): void {
      const handle = stream();
      const { id } = props;
      const show = ({ text, status }: StreamBody) => {
        element.dataset.status = status;
        if (element.textContent !== text) element.textContent = text;
        rendered({ id, text, status });
      };
      target.append(element);
      if (!handle) show({ text: "", status: "pending" });
      readers.push(handle?.subscribe(show) ?? (() => {}));
      if (handle && props.options().driven && !isTerminal(handle.snapshot().status)) handle.start();
    }

    function leave(): void {
      for (const leave of readers) leave();
      readers = [];
      target.replaceChildren();
    }

    function render(): void {
      const { copies = 1 } = props;
      const key = `${props.id} ${props.options().driven}`;
      if (key === attached && readers.length === copies) return;
      attached = key;
      leave();
      while (readers.length < copies) addReader(document.createElement("p"));
    }

    if (hydrate) {
      attached = `${props.id} ${props.options().driven}`;
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
      },
      unmount: leave,
    };
  },
};
