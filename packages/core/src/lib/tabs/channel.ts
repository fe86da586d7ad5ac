import type { Message, Said, Seat } from "./message.ts";

/** The tabs of one scope. The channel is open only while somebody has a seat. */
export function createChannel(scope: string) {
  const seats = new Map<
    string,
    { readonly id: string; readonly hear: (message: Message) => void }
  >();
  let channel: BroadcastChannel | undefined;

  function open() {
    if (channel) return;
    try {
      channel = new BroadcastChannel(`twinstream:${scope}`);
    } catch {
      // Forbidden, as where storage is blocked: nobody hears, and every tab reads for itself.
      return;
    }
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      for (const [tab, { id, hear }] of [...seats]) {
        if (id === data.id && (data.to ?? tab) === tab) hear(data);
      }
    };
    // A process that is done otherwise has nothing to wait for here.
    (channel as { unref?: () => void }).unref?.();
  }

  return {
    /** Takes a seat for one stream; `hear` is told what the other tabs say of it. */
    join(id: string, hear: (message: Message) => void): Seat {
      // Not `crypto.randomUUID`: over plain HTTP, as on a phone in the same network, there is none.
      const tab = String(crypto.getRandomValues(new Uint32Array(4)));
      open();
      seats.set(tab, { id, hear });
      return {
        say: (said: Said, to?: string) => channel?.postMessage({ ...said, id, tab, to }),
        leave() {
          seats.delete(tab);
          if (seats.size > 0) return;
          channel?.close();
          channel = undefined;
        },
      };
    },
  };
}

export type Channel = ReturnType<typeof createChannel>;
