import { type AuthorizeContext, createStreamServer, type Streams } from "@twinstream/server";
import type { Message, Model } from "@twinstream-examples/shared";
import type { Conversation } from "./chats.ts";
import { sessionOf } from "./session.ts";
import type { Storage } from "./storage.ts";

/** Whether a session may read a conversation. */
export const mayRead = ({ owner, shared }: Conversation, session: string | undefined): boolean =>
  shared || owner === session;

/** The stream server of the chat's answers, with its rules of access and its generation. */
export function createAnswers({ store, chats }: Storage, model: Model): Streams {
  async function authorize({ action, id, request }: AuthorizeContext): Promise<boolean> {
    // Only the chat's own routes create and delete streams.
    if (action === "create" || action === "delete" || id === undefined) return false;
    const conversation = await chats.findByStream(id);
    if (!conversation) return false;
    const session = sessionOf(request);
    return action === "read" ? mayRead(conversation, session) : conversation.owner === session;
  }

  /** The conversation up to the question that a stream answers. */
  async function history(stream: string): Promise<Message[]> {
    const conversation = await chats.findByStream(stream);
    const messages: Message[] = [];
    for (const turn of conversation ? await chats.turns(conversation.id) : []) {
      messages.push({ role: "user", content: turn.prompt });
      if (turn.stream === stream) break;
      const answer = await streams.read(turn.stream);
      if (answer?.text) messages.push({ role: "assistant", content: answer.text });
    }
    return messages;
  }

  const streams: Streams = createStreamServer({
    // The chat closes the store itself, after everything that uses it has ended.
    store: { ...store, close: async () => {} },
    authorize,
    generate: async ({ id, append, signal }) => {
      await append.from(model.answer(await history(id), { signal }));
    },
  });
  return streams;
}
