import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import type { ServerRender } from "../adapter.ts";
import { page } from "./page.ts";

export const render: ServerRender = (client, props) =>
  renderToString(createSSRApp(page(client, props)));
