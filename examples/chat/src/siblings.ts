// The tabs of this browser tell each other which conversation has changed.
const channel = new BroadcastChannel("twinstream-chat");

/** Tells the other tabs that a conversation has changed. */
export function tellSiblings(conversation: string): void {
  channel.postMessage(conversation);
}

/** Calls `listener` with each conversation that another tab has changed; returns the way out. */
export function onSibling(listener: (conversation: string) => void): () => void {
  const told = (event: MessageEvent<string>) => listener(event.data);
  channel.addEventListener("message", told);
  return () => channel.removeEventListener("message", told);
}
