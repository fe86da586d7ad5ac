import type { StreamClient } from "@twinstream/core";
import { provideStreamClient, useStream } from "@twinstream/vue";
import { defineComponent, h, type PropType, proxyRefs } from "vue";
import { attributes, type Controls, type Props, type Shown, type ViewedBody } from "../adapter.ts";

const Reader = defineComponent({
  props: {
    id: { type: null as unknown as PropType<Props["id"]>, default: undefined },
    options: { type: Function as PropType<Props["options"]>, required: true },
    rendered: { type: Function as PropType<(shown: Shown) => void>, default: undefined },
    mounted: { type: Function as PropType<(controls: Controls) => void>, default: undefined },
  },
  setup(props) {
    const stream = useStream(
      () => props.id,
      () => ({ ...props.options() }),
    );
    const { text, status, stop, start, retry } = stream;
    props.mounted?.({ stop, start, retry });
    const shown = proxyRefs(stream) as ViewedBody;
    return () => {
      props.rendered?.({ id: props.id, text: text.value, status: status.value });
      return h("p", attributes(shown), text.value);
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
      provideStreamClient(() => props.provided ?? client);
      return () => {
        const { copies = 1, provided: _, ...reader } = props;
        return Array.from({ length: copies }, (_, key) => h(Reader, { key, ...reader }));
      };
    },
  });
}
