import { useEffect, useState } from "react";

const changed = new EventTarget();

/** The conversation that the address names right now. */
export const current = (): string | undefined => /^\/c\/([\w-]+)$/.exec(location.pathname)?.[1];

/** The conversation that the address names; undefined for a new one. */
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

/** Goes to a conversation, or to a new one. */
export function go(conversation?: string): void {
  history.pushState(null, "", conversation ? `/c/${conversation}` : "/");
  changed.dispatchEvent(new Event("change"));
}
