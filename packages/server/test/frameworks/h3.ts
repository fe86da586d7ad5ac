import { H3 } from "h3";
import { streams } from "./streams.ts";

export const app: H3 = new H3();
app.all("/api/streams", (event) => streams.handler(event.req));
app.all("/api/streams/**", (event) => streams.handler(event.req));
