import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { streams } from "./streams.ts";

export const server = createServer(getRequestListener((request) => streams.handler(request)));
