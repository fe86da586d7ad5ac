import { renderToString } from "react-dom/server";
import type { ServerRender } from "../adapter.ts";
import { Page } from "./page.tsx";

export const render: ServerRender = (client, props) =>
  renderToString(<Page {...props} client={client} />);
