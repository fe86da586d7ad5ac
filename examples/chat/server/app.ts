import { serveStatic } from "@hono/node-server/serve-static";
import type { Streams } from "@twinstream/server";
import type { Model } from "@twinstream-examples/shared";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { logger } from "hono/logger";
import { secureHeaders } from "hono/secure-headers";
import { createAnswers, mayRead } from "./answers.ts";
import type { Chats, Conversation, Turn } from "./chats.ts";
import { session } from "./session.ts";
import type { Storage } from "./storage.ts";

const MAX_PROMPT = 32 * 1024;
const MAX_TITLE = 60;

/** The chat as one application: conversations, the streams of their answers, and the built page. */
export function createChat(options: { storage: Storage; model: Model; pages: string }) {
  const { storage, model, pages } = options;
  const { chats } = storage;
  const streams = createAnswers(storage, model);

  const app = new Hono<{ Variables: { session: string } }>();
  if (process.env.LOG) app.use(logger());
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.use(session);
  app.use(
    "/api/conversations/*",
    bodyLimit({
      maxSize: MAX_PROMPT + 1024,
      onError: (c) => c.json(problem("too_large", "A message may have 32 KiB at most."), 413),
    }),
  );
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    console.error(error);
    return c.json(problem("internal", "Something went wrong on the server."), 500);
  });

  app.get("/api/conversations", async (c) =>
    c.json((await chats.list(c.get("session"))).map(({ id, title }) => ({ id, title }))),
  );
  app.post("/api/conversations", async (c) => {
    const id = crypto.randomUUID();
    await chats.create({ id, owner: c.get("session"), title: "", shared: false });
    return c.json({ id }, 201);
  });

  app.get("/api/conversations/:id", async (c) => {
    const conversation = await chats.find(c.req.param("id"));
    if (!conversation) return refuse("not_found");
    if (!mayRead(conversation, c.get("session"))) return refuse("private");
    const { id, title, shared, owner } = conversation;
    const turns = await Promise.all(
      (await chats.turns(id)).map((turn) => withAnswer(streams, turn)),
    );
    return c.json({ id, title, shared, own: owner === c.get("session"), turns });
  });

  app.patch("/api/conversations/:id", async (c) => {
    const { id } = await owned(chats, c.req.param("id"), c.get("session"));
    const { shared } = await c.req.json().catch(() => ({}));
    if (typeof shared !== "boolean") return refuse("bad_input", "`shared` must be true or false.");
    await chats.update(id, { shared });
    return c.json({ shared });
  });

  app.post("/api/conversations/:id/turns", async (c) => {
    const conversation = await owned(chats, c.req.param("id"), c.get("session"));
    const { prompt } = await c.req.json().catch(() => ({}));
    if (typeof prompt !== "string" || prompt.trim() === "") {
      return refuse("bad_input", "`prompt` must be a text that is not blank.");
    }
    const turn = { id: crypto.randomUUID(), prompt, stream: await streams.create() };
    await chats.addTurn(conversation.id, turn);
    if (!conversation.title) {
      await chats.update(conversation.id, { title: prompt.trim().slice(0, MAX_TITLE) });
    }
    return c.json(await withAnswer(streams, turn), 201);
  });

  app.post("/api/conversations/:id/turns/:turn/regenerate", async (c) => {
    const { id } = await owned(chats, c.req.param("id"), c.get("session"));
    const turn = (await chats.turns(id)).find((one) => one.id === c.req.param("turn"));
    if (!turn) return refuse("not_found");
    const stream = await streams.create();
    await chats.replaceStream(id, turn, stream);
    await streams.delete(turn.stream);
    return c.json(await withAnswer(streams, { ...turn, stream }));
  });

  app.delete("/api/conversations/:id/turns", async (c) => {
    const { id } = await owned(chats, c.req.param("id"), c.get("session"));
    const turns = await chats.turns(id);
    await chats.clear(id);
    await chats.update(id, { title: "" });
    for (const { stream } of turns) await streams.delete(stream);
    return c.body(null, 204);
  });

  app.all("/api/streams/*", (c) => streams.handler(c.req.raw));
  app.all("/api/*", () => refuse("not_found"));

  app.use("*", serveStatic({ root: pages }));
  // A conversation's link shows the page too.
  app.get("*", serveStatic({ root: pages, path: "index.html" }));

  return {
    app,
    async close(): Promise<void> {
      await streams.close();
      await storage.close();
    },
  };
}

/** A turn with its answer so far, from which a page continues. */
async function withAnswer(streams: Streams, turn: Turn) {
  const { text = "", status = "error" } = (await streams.read(turn.stream)) ?? {};
  return { ...turn, answer: { text, status } };
}

/** Finds a conversation, and refuses it to every session but its owner. */
async function owned(chats: Chats, id: string, session: string): Promise<Conversation> {
  const conversation = await chats.find(id);
  if (!conversation) return refuse("not_found");
  if (conversation.owner !== session) return refuse("private");
  return conversation;
}

const refusals = {
  not_found: [404, "There is nothing here."],
  private: [403, "This conversation is private."],
  bad_input: [400, "The request is not understood."],
} as const;

function refuse(code: keyof typeof refusals, message?: string): never {
  const [status, text] = refusals[code];
  throw new HTTPException(status, {
    res: Response.json(problem(code, message ?? text), { status }),
  });
}

function problem(code: string, message: string) {
  return { error: { code, message } };
}
