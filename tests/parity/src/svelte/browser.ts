import { flushSync, hydrate as hydratePage, mount, unmount } from "svelte";
import { writable } from "svelte/store";
import type { Adapter, Controls } from "../adapter.ts";
import Page from "./Page.svelte";

export const svelte: Adapter = {
  name: "Svelte",
  mount({ target, client, hydrate, rendered }, first) {
    let controls: Controls | undefined;
    const page = writable(first);
    const mounted = (own: Controls) => {
      controls = own;
    };
    const component = (hydrate ? hydratePage : mount)(Page, {
      target,
      props: { client, page, rendered, mounted },
    });
    flushSync();
    return {
      update(change) {
        page.update((props) => ({ ...props, ...change }));
        flushSync();
      },
      get controls() {
        if (!controls) throw new Error("The page has no reader yet.");
        return controls;
      },
      unmount: () => void unmount(component),
    };
  },
};
