import { Chat } from "@ai-sdk/react";
import { stream } from "@durable-streams/client";
import { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";
import { createStreamClient } from "@twinstream/core";
import {
  type ChatTransport,
  DefaultChatTransport,
  TextStreamChatTransport,
  type UIMessage,
} from "ai";
import { agui, feed, respond, textLength, twinstreamFetch, uiMessages } from "./responses.ts";

/** Prepares a response of `count` chunks. The returned function reads it into visible text, and resolves with its length. */
export type Reading = (count: number) => () => Promise<number>;

/** The lower limit: a loop that decodes and concatenates. */
export const bare: Reading = (count) => {
  const response = respond(feed(count));
  return async () => {
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    return text.length;
  };
};

const ours =
  (driven: boolean): Reading =>
  (count) => {
    const client = createStreamClient({ url: "http://localhost/s", fetch: twinstreamFetch(count) });
    return async () => {
      const handle = client.stream("id", { driven });
      let shown = 0;
      handle.subscribe(({ text }) => {
        shown = text.length;
      });
      const { text, status } = await handle.finished;
      if (status !== "done" || shown !== text.length) throw new Error(`Ended as ${status}.`);
      return text.length;
    };
  };

/** The text of a chat message, of any of the libraries. */
export function textOf(message: {
  readonly parts: readonly { readonly type: string; text?: unknown; content?: unknown }[];
}): string {
  return message.parts
    .map(({ type, text, content }) => (type === "text" ? String(text ?? content) : ""))
    .join("");
}

/** The AI SDK's transport to a server that answers with `count` chunks, as plain text or as UI messages. */
export function chatTransport(text: boolean, count: number): ChatTransport<UIMessage> {
  const response = text
    ? respond(feed(count))
    : respond(uiMessages(count), { "content-type": "text/event-stream" });
  const Transport = text ? TextStreamChatTransport : DefaultChatTransport;
  return new Transport({ api: "http://localhost", fetch: async () => response });
}

const aiSdk =
  (text: boolean): Reading =>
  (count) => {
    const chat = new Chat({ transport: chatTransport(text, count) });
    return async () => {
      let shown = "";
      const show = () => {
        shown = textOf(chat.messages.at(-1)!);
      };
      chat["~registerMessagesCallback"](show, 16);
      await chat.sendMessage({ text: "Hello" });
      if (chat.error) throw chat.error;
      show();
      return shown.length;
    };
  };

const tanstack: Reading = (count) => {
  const response = respond(agui(count), { "content-type": "text/event-stream" });
  let messages: readonly Parameters<typeof textOf>[0][] = [];
  let failure: Error | undefined;
  const client = new ChatClient({
    connection: fetchServerSentEvents("http://localhost", { fetchClient: async () => response }),
    onMessagesChange: (next) => {
      messages = next;
    },
    onError: (error) => {
      failure = error;
    },
  });
  return async () => {
    await client.sendMessage("Hello");
    if (failure) throw failure;
    return textOf(messages.at(-1)!).length;
  };
};

const durable: Reading = (count) => {
  const response = respond(feed(count), {
    "stream-next-offset": "0_1",
    "stream-up-to-date": "true",
    "stream-closed": "true",
  });
  return async () => {
    const result = await stream({
      url: "http://localhost/s",
      live: false,
      fetch: async () => response,
    });
    let text = "";
    for await (const piece of result.textStream()) text += piece;
    return text.length;
  };
};

export const plain: Record<string, Reading> = {
  bare,
  driven: ours(true),
  followed: ours(false),
  "ai-text": aiSdk(true),
  "ai-ui": aiSdk(false),
  durable,
  tanstack,
};

/** Throws if a reader did not show the whole text. */
export function checkLength(name: string, count: number, length: number): void {
  if (length !== textLength(count)) {
    throw new Error(`${name} showed ${length} of ${textLength(count)} characters.`);
  }
}
