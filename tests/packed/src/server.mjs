// The server of the fresh projects: streams from the packed @twinstream/server, and the built pages.
// Started with the folder that holds the projects; prints its port.
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { Hono } from "hono";

const projects = process.argv[2];
const drives = new Map();

const streams = createStreamServer({
  store: memoryStore(),
  authorize: anyoneWithId(),
  async generate({ id, input, append }) {
    drives.set(id, (drives.get(id) ?? 0) + 1);
    for (let word = 1; word <= 100; word += 1) {
      append(`${input.prompt} ${word}. `);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
});

const app = new Hono();
app.all("/api/streams/*", (c) => streams.handler(c.req.raw));
app.all("/api/streams", (c) => streams.handler(c.req.raw));
app.get("/drives/:id", (c) => c.json(drives.get(c.req.param("id")) ?? 0));
app.use(
  "/:project/*",
  serveStatic({
    root: projects,
    rewriteRequestPath: (path) => path.replace(/^\/[\w-]+/, (project) => `${project}/dist`),
  }),
);

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port));
