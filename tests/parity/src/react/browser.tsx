import { flushSync } from "react-dom";
import { createRoot, hydrateRoot } from "react-dom/client";
import type { Adapter, Controls } from "../adapter.ts";
import { Page } from "./page.tsx";

/** React in StrictMode, which runs effects and renders twice. */
export const react: Adapter = {
  name: "React",
  mount({ target, client, hydrate, rendered }, first) {
    let props = first;
    let controls: Controls | undefined;
    const page = () => (
      <Page
        {...props}
        client={client}
        rendered={rendered}
        mounted={(own) => {
          controls = own;
        }}
      />
    );
    const root = hydrate ? hydrateRoot(target, page()) : createRoot(target);
    if (!hydrate) flushSync(() => root.render(page()));
    return {
      update(change) {
        props = { ...props, ...change };
        flushSync(() => root.render(page()));
      },
      get controls() {
        if (!controls) throw new Error("The page has no reader yet.");
        return controls;
      },
      unmount: () => root.unmount(),
    };
  },
};
