import { serveStatic } from "@hono/node-server/serve-static";
import type { Message, Model } from "@twinstream-examples/shared";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { logger } from "hono/logger";
import { secureHeaders } from "hono/secure-headers";
import { type Answers, createAnswers, mayRead } from "./answers.ts";
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
    "/api/*",
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

  app.delete("/api/conversations/:id/turns", async (c) => {
    const { id } = await owned(chats, c.req.param("id"), c.get("session"));
    const turns = await chats.turns(id);
    await chats.clear(id);
    await chats.update(id, { title: "" });
    for (const { stream } of turns) await streams.delete(stream);
    return c.body(null, 204);
  });

  // A question is the drive of its answer: one request starts the conversation, stores the question,
  // creates the stream and streams the answer. With `turn`, it is another answer to that question.
  app.post("/api/streams/:stream/drive", async (c) => {
    const [session, stream] = [c.get("session"), c.req.param("stream")];
    const { conversation: id, turn, prompt } = readQuestion(await c.req.json().catch(() => ({})));
    const known = await chats.find(id);
    if (known && known.owner !== session) return refuse("private");
    const turns = known ? await chats.turns(id) : [];
    const again = turns.find((one) => one.id === turn);
    if (turn && !again) return refuse("not_found");
    const asked = again ?? { id: stream, prompt, stream };

    const response = await streams.drive(c.req.raw, {
      id: stream,
      input: await messagesUpTo(streams, turns, asked),
      create: { tags: [`chat:${id}`] },
    });
    // Only one request ever gets the claim, and a 200: so that this is written once.
    if (response.ok && again) {
      await chats.replaceStream(id, again, stream);
      await streams.delete(again.stream);
    } else if (response.ok) {
      const title = prompt.trim().slice(0, MAX_TITLE);
      if (!known) await chats.create({ id, owner: session, title, shared: false });
      await chats.addTurn(id, asked);
      if (known?.title === "") await chats.update(id, { title });
    }
    return response;
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
async function withAnswer(streams: Answers, turn: Turn) {
  const answer = (await streams.read(turn.stream)) ?? { text: "", status: "error" };
  return { ...turn, answer };
}

/** The conversation up to a question, for the model. */
async function messagesUpTo(
  streams: Answers,
  turns: readonly Turn[],
  asked: Turn,
): Promise<Message[]> {
  const messages: Message[] = [];
  for (const { id, prompt, stream } of turns) {
    if (id === asked.id) break;
    messages.push({ role: "user", content: prompt });
    const answer = await streams.read(stream);
    if (answer?.text) messages.push({ role: "assistant", content: answer.text });
  }
  return [...messages, { role: "user", content: asked.prompt }];
}

/** Checks the body of a question: `{ conversation, prompt }`, or `{ conversation, turn }` to regenerate. */
function readQuestion(body: Record<string, unknown> | null) {
  const { conversation, turn = "", prompt = "" } = body ?? {};
  if (typeof conversation !== "string" || !/^[\w-]{22,64}$/.test(conversation)) {
    return refuse("bad_input", "`conversation` must be an id: newStreamId() makes one.");
  }
  if (typeof turn !== "string") return refuse("bad_input", "`turn` must be the id of a question.");
  if (typeof prompt !== "string" || (!turn && prompt.trim() === "")) {
    return refuse("bad_input", "`prompt` must be a text that is not blank.");
  }
  return { conversation, turn, prompt };
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
