import { Hono } from "hono";
import { streams } from "./streams.ts";

export const app = new Hono();
app.all("/api/streams", (c) => streams.handler(c.req.raw));
app.all("/api/streams/*", (c) => streams.handler(c.req.raw));
