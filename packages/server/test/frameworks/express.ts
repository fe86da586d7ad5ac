import { getRequestListener } from "@hono/node-server";
import express, { type Express } from "express";
import { streams } from "./streams.ts";

export const app: Express = express();
// Before express.json(), which would read the body first.
app.all(
  "/api/streams{/*path}",
  getRequestListener((request) => streams.handler(request)),
);
