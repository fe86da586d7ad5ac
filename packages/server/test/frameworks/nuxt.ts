// server/routes/api/streams/[...].ts, and the same in server/routes/api/streams/index.ts
import { getRequestListener } from "@hono/node-server";
import { fromNodeMiddleware } from "h3-v1";
import { streams } from "./streams.ts";

// Not `toWebRequest`: h3 1 does not notice that the reader of a web stream has left.
export default fromNodeMiddleware(getRequestListener((request) => streams.handler(request)));
