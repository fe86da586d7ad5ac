import { getRequestListener } from "@hono/node-server";
import express from "express";
import { streams } from "./streams.ts";

export const app = express();
// Before express.json(), which would read the body first.
app.all(
  "/api/streams{/*path}",
  getRequestListener((request) => streams.handler(request)),
);
