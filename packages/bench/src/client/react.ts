import { useChat } from "@ai-sdk/react";
import { useStream as useConvexStream } from "@convex-dev/persistent-text-streaming/react";
import { createStreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/react";
import {
  type ChatTransport,
  DefaultChatTransport,
  TextStreamChatTransport,
  type UIMessage,
} from "ai";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import { makeFunctionReference } from "convex/server";
import { Window } from "happy-dom";
import { createElement, type ReactNode, useEffect, useState } from "react";
import { feed, respond, textLength, twinstreamFetch, uiMessages } from "./feed.ts";
import type { Reading } from "./plain.ts";

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
// Needs a document.
const { createRoot } = await import("react-dom/client");

/** How often React committed since it was asked last. */
export const commits = { count: 0 };

/** Counts the commits of the component that calls it; a Profiler says nothing in production. */
function useCommits() {
  useEffect(() => {
    commits.count++;
  });
}

/** Mounts a page, and resolves with the shown text's length once it shows `count` chunks. */
function mount(page: ReactNode, count: number): Promise<number> {
  const container = document.createElement("div");
  document.body.append(container);
  const root = createRoot(container);
  root.render(page);
  return new Promise((resolve) => {
    const check = () => {
      const length = container.textContent?.length ?? 0;
      if (length < textLength(count)) return void setTimeout(check, 10);
      root.unmount();
      container.remove();
      resolve(length);
    };
    check();
  });
}

/** The limit: the bare loop, and a state set once a frame. */
function BarePage({ response }: { response: Response }) {
  useCommits();
  const [text, setText] = useState("");
  useEffect(() => {
    (async () => {
      const reader = response.body!.getReader();
      const decoder = new TextDecoder();
      let all = "";
      let frame: NodeJS.Timeout | undefined;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        all += decoder.decode(value, { stream: true });
        frame ??= setTimeout(() => {
          frame = undefined;
          setText(all);
        }, 16);
      }
      clearTimeout(frame);
      setText(all);
    })();
  }, [response]);
  return text;
}

function OurPage() {
  useCommits();
  return useStream("id", { driven: true }).text;
}

function ChatPage({ transport }: { transport: ChatTransport<UIMessage> }) {
  useCommits();
  const { messages, sendMessage } = useChat({ transport, experimental_throttle: 16 } as never);
  useEffect(() => void sendMessage({ text: "Hello" }), [sendMessage]);
  const last = messages.at(-1);
  if (last?.role !== "assistant") return null;
  return last.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

const convexUrl = new URL("http://localhost/chat");
const convexQuery = makeFunctionReference<"query">("chat:body");

function ConvexPage() {
  useCommits();
  return useConvexStream(convexQuery as never, convexUrl, true, "id" as never).text;
}

const bare: Reading = (count) => {
  const response = respond(feed(count));
  return () => mount(createElement(BarePage, { response }), count);
};

const ours: Reading = (count) => {
  const client = createStreamClient({ url: "http://localhost/s", fetch: twinstreamFetch(count) });
  return () => mount(createElement(StreamProvider, { client }, createElement(OurPage)), count);
};

const aiSdk =
  (text: boolean): Reading =>
  (count) => {
    const response = text
      ? respond(feed(count))
      : respond(uiMessages(count), { "content-type": "text/event-stream" });
    const Transport = text ? TextStreamChatTransport : DefaultChatTransport;
    const transport = new Transport({ api: "http://localhost", fetch: async () => response });
    return () => mount(createElement(ChatPage, { transport }), count);
  };

const convex: Reading = (count) => {
  const response = respond(feed(count));
  // Nothing is asked of the deployment: the driving hook reads the HTTP response alone.
  const client = new ConvexReactClient("http://127.0.0.1:1", {
    skipConvexDeploymentUrlCheck: true,
  });
  return async () => {
    const { fetch } = globalThis;
    globalThis.fetch = async () => response;
    const children = createElement(ConvexPage);
    const length = await mount(createElement(ConvexProvider, { client, children }), count);
    globalThis.fetch = fetch;
    return length;
  };
};

export const react: Record<string, Reading> = {
  bare,
  driven: ours,
  "ai-text": aiSdk(true),
  "ai-ui": aiSdk(false),
  convex,
};
