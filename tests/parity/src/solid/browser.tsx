/** @jsxImportSource solid-js */
import { createSignal } from "solid-js";
import { hydrate as hydratePage, render } from "solid-js/web";
import type { Adapter, Controls } from "../adapter.ts";
import { Page } from "./page.tsx";

export const solid: Adapter = {
  name: "Solid",
  mount({ target, client, hydrate, rendered }, first) {
    let controls: Controls | undefined;
    const [props, setProps] = createSignal(first);
    const mounted = (own: Controls) => {
      controls = own;
    };
    // The script of a server-rendered page (generateHydrationScript) sets this up.
    if (hydrate)
      Object.assign(globalThis, { _$HY: { events: [], completed: new WeakSet(), r: {} } });
    const unmount = (hydrate ? hydratePage : render)(
      () => <Page {...props()} client={client} rendered={rendered} mounted={mounted} />,
      target,
    );
    return {
      update: (change) => void setProps((props) => ({ ...props, ...change })),
      get controls() {
        if (!controls) throw new Error("The page has no reader yet.");
        return controls;
      },
      unmount,
    };
  },
};
