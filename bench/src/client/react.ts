import { createStreamClient } from "@twinstream/core";
import { StreamProvider, useStream } from "@twinstream/react";
import { createElement, useEffect, useState } from "react";
import { mount, useCommits } from "./mount.ts";
import type { Reading } from "./plain.ts";
import { peers } from "./react-peers.ts";
import { feed, respond, twinstreamFetch } from "./responses.ts";

/** Node has no frames. */
const nextFrame: (run: () => void) => unknown =
  globalThis.requestAnimationFrame ?? ((run: () => void) => setTimeout(run, 16));

/** The lower limit: the bare loop, and one state update per frame. */
function BarePage({ response }: { response: Response }) {
  useCommits();
  const [text, setText] = useState("");
  useEffect(() => {
    (async () => {
      const reader = response.body!.getReader();
      const decoder = new TextDecoder();
      let all = "";
      let waiting = false;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        all += decoder.decode(value, { stream: true });
        if (waiting) continue;
        waiting = true;
        nextFrame(() => {
          waiting = false;
          setText(all);
        });
      }
      setText(all);
    })();
  }, [response]);
  return text;
}

function OurPage({ driven }: { driven: boolean }) {
  useCommits();
  return useStream("id", { driven }).text;
}

const bare: Reading = (count) => {
  const response = respond(feed(count));
  return () => mount(createElement(BarePage, { response }), count);
};

const ours =
  (driven: boolean): Reading =>
  (count) => {
    const client = createStreamClient({ url: "http://localhost/s", fetch: twinstreamFetch(count) });
    const page = createElement(OurPage, { driven });
    return () => mount(createElement(StreamProvider, { client }, page), count);
  };

/** The readings in React. They need a document. */
export const react: Record<string, Reading> = {
  bare,
  driven: ours(true),
  followed: ours(false),
  ...peers,
};
