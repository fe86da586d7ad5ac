import { createApp, createSSRApp, nextTick, shallowReactive } from "vue";
import type { Adapter, Controls } from "../adapter.ts";
import { type PageProps, page } from "./page.ts";

export const vue: Adapter = {
  name: "Vue",
  mount({ target, client, hydrate, rendered }, first) {
    let controls: Controls | undefined;
    const props = shallowReactive<PageProps>({
      ...first,
      rendered,
      mounted(own) {
        controls = own;
      },
    });
    const app = (hydrate ? createSSRApp : createApp)(page(client, props));
    app.mount(target);
    return {
      update(change) {
        Object.assign(props, change);
        void nextTick();
      },
      get controls() {
        if (!controls) throw new Error("The page has no reader yet.");
        return controls;
      },
      unmount: () => app.unmount(),
    };
  },
};
