import { isTabMessage, type TabEvent, type TabMessage } from "./tab-message.ts";

/** One reader or driver that takes part in the channel. */
export interface ChannelMember {
  /**
   * Sends an event to the other tabs.
   * @param event what happened
   * @param to the receiver. Default: all tabs
   */
  send(event: TabEvent, to?: string): void;
  /** Receives nothing more. The last member closes the channel. */
  leave(): void;
}

/** The tabs of one browser and one scope. */
export interface TabChannel {
  /**
   * Takes part in the messages about one stream.
   * @param id the stream's id
   * @param onMessage receives each message of another tab about the stream
   */
  join(id: string, onMessage: (message: TabMessage) => void): ChannelMember;
}

/**
 * Connects the tabs of one scope by a
 * [BroadcastChannel](https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts),
 * which is open only while it has members. If the browser forbids it, nothing is sent.
 * @param scope tells one user's tabs from another's
 */
export function createTabChannel(scope: string): TabChannel {
  const members = new Map<
    string,
    { readonly id: string; readonly onMessage: (message: TabMessage) => void }
  >();
  // In Node, an open channel keeps the process running, unless it is unreferenced.
  let channel: (BroadcastChannel & { unref?(): void }) | undefined;

  function open() {
    if (channel) return;
    try {
      channel = new BroadcastChannel(`twinstream:${scope}`);
    } catch {
      // Forbidden, for instance where storage is blocked: each tab reads for itself.
      return;
    }
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Another version of the application may be in another tab, or another script on the channel.
      if (!isTabMessage(data)) return;
      for (const [tab, { id, onMessage }] of [...members]) {
        if (id === data.id && (data.to ?? tab) === tab) onMessage(data);
      }
    };
    channel.unref?.();
  }

  return {
    join(id, onMessage) {
      // Not `crypto.randomUUID`: over plain HTTP, as on a phone in the same network, there is none.
      const tab = String(crypto.getRandomValues(new Uint32Array(4)));
      open();
      members.set(tab, { id, onMessage });
      return {
        send: (event, to) => channel?.postMessage({ ...event, id, tab, to } satisfies TabMessage),
        leave() {
          members.delete(tab);
          if (members.size > 0) return;
          channel?.close();
          channel = undefined;
        },
      };
    },
  };
}
