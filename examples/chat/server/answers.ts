import { createStreamServer, StreamFailure } from "@twinstream/server";
import type { Message, Model } from "@twinstream-examples/shared";
import type { Conversation } from "./chats.ts";
import { sessionOf } from "./session.ts";
import type { Storage } from "./storage.ts";

/** Whether a session may read a conversation. */
export const mayRead = ({ owner, shared }: Conversation, session: string | undefined): boolean =>
  shared || owner === session;

const UNKNOWN = { error: { code: "not_found", message: "There is no such answer." } };

/** The stream server of the chat's answers, with its rules of access and its generation. */
export function createAnswers({ store, chats }: Storage, model: Model) {
  return createStreamServer({
    // The chat closes the store itself, after everything that uses it has ended.
    store: { ...store, close: async () => {} },
    async authorize({ action, id, request }) {
      // The chat's own routes do the rest: ask, regenerate and clear.
      if ((action !== "read" && action !== "stop") || id === undefined) return false;
      const conversation = await chats.findByStream(id);
      // Not 403: a page sends a question again if the server says that it has not arrived.
      if (!conversation) return Response.json(UNKNOWN, { status: 404 });
      const session = sessionOf(request);
      return action === "read" ? mayRead(conversation, session) : conversation.owner === session;
    },
    // The chat's own route gives it, so that it needs no check.
    parseInput: (conversation) => conversation as readonly Message[],
    async generate({ input: conversation, append, signal }) {
      try {
        await append.from(model.answer(conversation, { signal }));
      } catch (cause) {
        if (signal.aborted) throw cause;
        // The readers are shown these words. The server's log gets the cause.
        throw new StreamFailure("model", `${model.name} broke off.`, { cause });
      }
    },
  });
}

export type Answers = ReturnType<typeof createAnswers>;
