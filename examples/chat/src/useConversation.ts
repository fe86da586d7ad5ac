import { useStreamClient } from "@twinstream/react";
import { useCallback, useEffect, useRef, useState } from "react";
import * as api from "./api.ts";
import { send } from "./questions.ts";
import { current, go } from "./route.ts";
import { notifySiblings, onSibling } from "./siblings.ts";

/** The conversation on the page, as far as it is loaded. */
export type Loaded =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: api.ApiError }
  | { readonly state: "ready"; readonly conversation: api.Conversation };

/** A new conversation. */
const fresh: api.Conversation = { id: "", title: "", shared: false, own: true, turns: [] };

/** An answer that has just begun. */
const begun = { text: "", status: "streaming" } as const;

/** Milliseconds between two looks for new questions in another person's shared conversation. */
const REFRESH_MS = 5000;

/** Loads the conversation in the address, keeps it up to date, and returns its actions. */
export function useConversation(id: string | undefined) {
  const client = useStreamClient();
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  const conversation = loaded.state === "ready" ? loaded.conversation : undefined;
  const here = conversation?.id === (id ?? "");

  /** Counts the changes made here. What was loaded before a change is out of date. */
  const changes = useRef(0);

  /** Shows the result of a load, unless the reader has opened another conversation meanwhile. */
  const show = useCallback(
    (next: (before: Loaded) => Loaded) => {
      if (current() === id) setLoaded(next);
    },
    [id],
  );

  const refresh = useCallback(async () => {
    if (!id) return;
    try {
      let conversation: api.Conversation;
      let seen: number;
      do {
        seen = changes.current;
        conversation = await api.loadConversation(id);
      } while (seen !== changes.current);
      show(() => ({ state: "ready", conversation }));
    } catch (error) {
      const failed = error as api.ApiError;
      // If only the server is unreachable, the page stays as it is.
      show((before) =>
        before.state === "ready" && before.conversation.id === id && failed.code === "network"
          ? before
          : { state: "failed", error: failed },
      );
    }
  }, [id, show]);

  const open = useCallback(async () => {
    if (!id) return setLoaded({ state: "ready", conversation: fresh });
    setLoaded({ state: "loading" });
    try {
      const conversation = await api.loadConversation(id);
      show(() => ({ state: "ready", conversation }));
    } catch (error) {
      show(() => ({ state: "failed", error: error as api.ApiError }));
    }
  }, [id, show]);

  useEffect(() => {
    if (!here) void open();
  }, [here, open]);

  const own = conversation?.own ?? true;
  useEffect(() => {
    const look = () => {
      if (!document.hidden) void refresh();
    };
    const timer = own ? undefined : setInterval(look, REFRESH_MS);
    const leave = onSibling((changed) => {
      if (changed === id) void refresh();
    });
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      leave();
      document.removeEventListener("visibilitychange", look);
    };
  }, [id, own, refresh]);

  /** Changes the page, if it still shows the conversation in which the action started. */
  function change(to: (before: api.Conversation) => api.Conversation): void {
    changes.current += 1;
    setLoaded((before) =>
      before.state === "ready" && before.conversation.id === (id ?? "")
        ? { state: "ready", conversation: to(before.conversation) }
        : before,
    );
  }

  return {
    loaded: here || loaded.state === "failed" ? loaded : ({ state: "loading" } as const),
    open,

    /** Asks a question. The first one creates the conversation. */
    async ask(prompt: string): Promise<void> {
      const { conversation: to, stream } = await send(client, { conversation: id, prompt });
      const turn = { id: stream, prompt, stream, answer: begun };
      change((before) => ({
        ...(id ? before : { ...fresh, id: to }),
        title: before.title || prompt,
        // A refresh may have loaded the turn meanwhile.
        turns: [...before.turns.filter((one) => one.id !== turn.id), turn],
      }));
      if (!id && current() === id) go(to);
      notifySiblings(to);
    },

    async regenerate(turn: api.Turn): Promise<void> {
      const { stream } = await send(client, { conversation: id ?? "", turn: turn.id });
      const again = { ...turn, stream, answer: begun };
      change((before) => ({
        ...before,
        turns: before.turns.map((one) => (one.id === turn.id ? again : one)),
      }));
      notifySiblings(id ?? "");
    },

    async clear(): Promise<void> {
      await api.clearConversation(id ?? "");
      change((before) => ({ ...before, title: "", turns: [] }));
      notifySiblings(id ?? "");
    },

    async share(shared: boolean): Promise<void> {
      await api.shareConversation(id ?? "", shared);
      change((before) => ({ ...before, shared }));
      notifySiblings(id ?? "");
    },
  };
}
