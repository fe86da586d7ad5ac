// The tabs of this browser notify each other of conversations that have changed.
const channel = new BroadcastChannel("twinstream-chat");

/** Notifies the other tabs that a conversation has changed. */
export function notifySiblings(conversation: string): void {
  channel.postMessage(conversation);
}

/** Calls `listener` with each conversation that another tab has changed. Returns a function that unsubscribes. */
export function onSibling(listener: (conversation: string) => void): () => void {
  const onMessage = (event: MessageEvent<string>) => listener(event.data);
  channel.addEventListener("message", onMessage);
  return () => channel.removeEventListener("message", onMessage);
}
