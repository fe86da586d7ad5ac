// server/routes/api/streams/[...].ts, and the same in server/routes/api/streams/index.ts
import { defineHandler } from "h3";
import { streams } from "./streams.ts";

export default defineHandler((event) => streams.handler(event.req));
