import type { StreamClient } from "@twinstream/core";
import { provideStreamClient, useStream } from "@twinstream/vue";
import { defineComponent, h, type PropType } from "vue";
import type { Controls, Props, Shown } from "../adapter.ts";

const Reader = defineComponent({
  props: {
    id: { type: null as unknown as PropType<Props["id"]>, default: undefined },
    options: { type: Function as PropType<Props["options"]>, required: true },
    rendered: { type: Function as PropType<(shown: Shown) => void>, default: undefined },
    mounted: { type: Function as PropType<(controls: Controls) => void>, default: undefined },
  },
  setup(props) {
    const { text, status, stop, start } = useStream(
      () => props.id,
      () => ({ ...props.options() }),
    );
    props.mounted?.({ stop, start });
    return () => {
      props.rendered?.({ id: props.id, text: text.value, status: status.value });
      return h("p", { "data-status": status.value }, text.value);
    };
  },
});

/** The props of a scenario's page, in Vue. */
export interface PageProps extends Props {
  readonly rendered?: (shown: Shown) => void;
  readonly mounted?: (controls: Controls) => void;
}

/** The page of a scenario, in Vue; `props` may be reactive. */
export function page(client: StreamClient, props: PageProps) {
  return defineComponent({
    setup() {
      provideStreamClient(client);
      return () => {
        const { copies = 1, ...reader } = props;
        return Array.from({ length: copies }, (_, key) => h(Reader, { key, ...reader }));
      };
    },
  });
}
