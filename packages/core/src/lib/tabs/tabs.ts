import { isTerminal } from "../status.ts";
import type { Share, ShareLink } from "../types.ts";
import { createEater } from "./eater.ts";
import { createFeeder } from "./feeder.ts";
import type { Message, Post } from "./message.ts";

/** Whom to share with. */
export interface TabsOptions {
  /**
   * Who is logged in: a user's id, or whatever else tells one reader's tabs from another's. Tabs of
   * the same origin and the same scope share; all others get nothing.
   */
  readonly scope: string;
  /** How long, in ms, a driving tab may say nothing before it is asked whether it lives, and how long it has to answer. Default 1,500. */
  readonly patience?: number;
}

/**
 * The tab that drives a stream feeds the other tabs of the same browser that show it, token by
 * token, by `BroadcastChannel`. A tab that is fed holds no connection of its own; when the driving
 * tab closes or freezes, it goes on from the server. Without `BroadcastChannel`, tabs follow the server.
 * @throws TypeError where `scope` is no string, or empty
 * @example createStreamClient({ url: "/api/streams", share: tabs({ scope: user.id }) })
 */
export function tabs({ scope, patience = 1500 }: TabsOptions): Share {
  if (typeof scope !== "string" || !scope) {
    throw new TypeError("tabs: `scope` must be a string that tells one user from another.");
  }
  const tab = crypto.randomUUID();
  /** The streams that this tab shows, by id: one client may show a stream once, but two clients may share this. */
  const members = new Map<string, Set<(message: Message) => void>>();
  let channel: BroadcastChannel | undefined;
  let page: AbortController | undefined;
  const leavers = new Set<() => void>();

  function open() {
    if (channel || typeof BroadcastChannel === "undefined") return;
    channel = new BroadcastChannel(`twinstream:${scope}`);
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      for (const member of members.get(data.id) ?? []) member(data);
    };
    // Nothing to wait for in a process that is done otherwise.
    (channel as { unref?: () => void }).unref?.();
    page = new AbortController();
    const { signal } = page;
    // A page that goes away, or into the cache, can feed nobody.
    const hide = () => {
      for (const leave of leavers) leave();
    };
    globalThis.window?.addEventListener?.("pagehide", hide, { signal });
    globalThis.document?.addEventListener?.("freeze", hide, { signal });
  }

  function closeIfUnused() {
    if (members.size > 0) return;
    channel?.close();
    page?.abort();
    channel = page = undefined;
  }

  return {
    join(id, peer, platform): ShareLink {
      open();
      const name = `${tab}/${crypto.randomUUID()}`;
      const post: Post = (message) => channel?.postMessage({ ...message, id, tab: name });
      const feeder = createFeeder(peer, platform, post);
      const eater = createEater(peer, platform, post, patience);

      function hear(message: Message) {
        if (message.to !== undefined && message.to !== name) return;
        if (message.type === "ask") feeder.asked(message.tab, message.from);
        else if (message.type === "leave") feeder.left(message.tab);
        else if (message.type === "status") eater.status(message);
        else if (feeder.on) return;
        else if (message.type === "drive") eater.drive(message);
        else if (message.type === "bye") eater.bye(message);
        else if (message.type === "text") eater.text(message);
      }
      const group = members.get(id) ?? new Set();
      members.set(id, group.add(hear));
      const away = () => feeder.turn(false);
      leavers.add(away);
      eater.ask();

      return {
        driving(on) {
          if (on) eater.lose();
          feeder.turn(on);
        },
        text: feeder.text,
        status(status, length, error) {
          if (!isTerminal(status)) return;
          feeder.flush();
          post({ type: "status", status, length, error });
        },
        leave() {
          feeder.turn(false);
          eater.lose();
          post({ type: "leave" });
          leavers.delete(away);
          group.delete(hear);
          if (group.size === 0) members.delete(id);
          closeIfUnused();
        },
      };
    },
  };
}
