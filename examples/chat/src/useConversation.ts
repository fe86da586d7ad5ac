import { useCallback, useEffect, useRef, useState } from "react";
import * as api from "./api.ts";
import { current, go } from "./route.ts";
import { onSibling, tellSiblings } from "./siblings.ts";

/** What is known of the conversation that is shown. */
export type Loaded =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: api.ApiError }
  | { readonly state: "ready"; readonly conversation: api.Conversation };

/** A conversation that has not begun. */
const fresh: api.Conversation = { id: "", title: "", shared: false, own: true, turns: [] };

/** How often a shared conversation of somebody else is looked at for new questions, in ms. */
const LOOK_EVERY = 5000;

// The answers that this tab drives: those that it asked for, and those that wait for a driver.
const driven = new Set<string>();

/** Whether this tab starts the answer, and reads it as it is generated. */
export const isDriven = (turn: api.Turn): boolean => driven.has(turn.stream);

/** The conversation that the address names, and what can be done with it. */
export function useConversation(id: string | undefined) {
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  const conversation = loaded.state === "ready" ? loaded.conversation : undefined;
  const here = conversation?.id === (id ?? "");

  /** How often something was changed here: what was looked up before that is out of date. */
  const changes = useRef(0);

  /** Shows what came of looking the conversation up, where the reader has not gone elsewhere meanwhile. */
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
      // What is shown stays where the server is only away.
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
      const last = conversation.turns.at(-1);
      // Asked for, but its tab went away before it drove: the claim makes it safe to drive now.
      if (conversation.own && last?.answer.status === "pending") driven.add(last.stream);
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
    const timer = own ? undefined : setInterval(look, LOOK_EVERY);
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

  /** Changes what is shown, where it is still the conversation in which this began. */
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

    /** Asks, in a new conversation where there is none yet. */
    async ask(prompt: string): Promise<void> {
      const to = id ?? (await api.createConversation()).id;
      const turn = await api.ask(to, prompt);
      driven.add(turn.stream);
      change((before) => ({
        ...(id ? before : { ...fresh, id: to }),
        title: before.title || prompt,
        // It may have been looked up meanwhile.
        turns: [...before.turns.filter((one) => one.id !== turn.id), turn],
      }));
      if (!id && current() === id) go(to);
      tellSiblings(to);
    },

    async regenerate(turn: api.Turn): Promise<void> {
      const again = await api.regenerate(id ?? "", turn.id);
      driven.add(again.stream);
      change((before) => ({
        ...before,
        turns: before.turns.map((one) => (one.id === turn.id ? again : one)),
      }));
      tellSiblings(id ?? "");
    },

    async clear(): Promise<void> {
      await api.clearConversation(id ?? "");
      change((before) => ({ ...before, title: "", turns: [] }));
      tellSiblings(id ?? "");
    },

    async share(shared: boolean): Promise<void> {
      await api.shareConversation(id ?? "", shared);
      change((before) => ({ ...before, shared }));
      tellSiblings(id ?? "");
    },
  };
}
