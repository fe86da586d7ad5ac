import { useEffect, useState } from "react";

const changed = new EventTarget();

/** The id of the conversation in the current address. */
export const current = (): string | undefined => /^\/c\/([\w-]+)$/.exec(location.pathname)?.[1];

/** The id of the conversation in the address, reactive. Undefined for a new conversation. */
export function useRoute(): string | undefined {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const look = () => setRoute(current());
    changed.addEventListener("change", look);
    addEventListener("popstate", look);
    return () => {
      changed.removeEventListener("change", look);
      removeEventListener("popstate", look);
    };
  }, []);
  return route;
}

/** Opens a conversation, or a new one. */
export function go(conversation?: string): void {
  history.pushState(null, "", conversation ? `/c/${conversation}` : "/");
  changed.dispatchEvent(new Event("change"));
}
