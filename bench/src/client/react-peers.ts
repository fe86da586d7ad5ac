import { useChat } from "@ai-sdk/react";
import { useStream as useConvexStream } from "@convex-dev/persistent-text-streaming/react";
import { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";
import type { ChatTransport, UIMessage } from "ai";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import { makeFunctionReference } from "convex/server";
import { createElement, useEffect, useState } from "react";
import { mount, useCommits } from "./mount.ts";
import { chatTransport, type Reading, textOf } from "./plain.ts";
import { agui, feed, respond } from "./responses.ts";

function ChatPage({ transport }: { transport: ChatTransport<UIMessage> }) {
  useCommits();
  const { messages, sendMessage } = useChat({ transport, experimental_throttle: 16 } as never);
  useEffect(() => void sendMessage({ text: "Hello" }), [sendMessage]);
  const last = messages.at(-1);
  return last?.role === "assistant" ? textOf(last) : null;
}

const aiSdk =
  (text: boolean): Reading =>
  (count) => {
    const transport = chatTransport(text, count);
    return () => mount(createElement(ChatPage, { transport }), count);
  };

/** Does what TanStack's own hook does: sets a state at each change. */
function ClientPage({ response }: { response: Response }) {
  useCommits();
  const [text, setText] = useState("");
  useEffect(() => {
    const client = new ChatClient({
      connection: fetchServerSentEvents("http://localhost", { fetchClient: async () => response }),
      onMessagesChange: (messages) => {
        const last = messages.at(-1);
        if (last?.role === "assistant") setText(textOf(last));
      },
    });
    void client.sendMessage("Hello");
  }, [response]);
  return text;
}

const tanstack: Reading = (count) => {
  const response = respond(agui(count), { "content-type": "text/event-stream" });
  return () => mount(createElement(ClientPage, { response }), count);
};

const convexUrl = new URL("http://localhost/chat");
const convexQuery = makeFunctionReference<"query">("chat:body");

function ConvexPage() {
  useCommits();
  return useConvexStream(convexQuery as never, convexUrl, true, "id" as never).text;
}

const convex: Reading = (count) => {
  const response = respond(feed(count));
  // The driving hook reads the HTTP response alone, and asks the deployment for nothing.
  const client = new ConvexReactClient("http://127.0.0.1:1", {
    skipConvexDeploymentUrlCheck: true,
    logger: false,
  });
  return async () => {
    const { fetch } = globalThis;
    globalThis.fetch = async () => response;
    const children = createElement(ConvexPage);
    const length = await mount(createElement(ConvexProvider, { client, children }), count);
    globalThis.fetch = fetch;
    await client.close();
    return length;
  };
};

export const peers: Record<string, Reading> = {
  "ai-text": aiSdk(true),
  "ai-ui": aiSdk(false),
  tanstack,
  convex,
};
