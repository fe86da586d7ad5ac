import { type RefObject, useEffect, useRef } from "react";

/** Keeps an element scrolled to its end as it grows, unless the reader has scrolled up. */
export function useStickToBottom<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    let stuck = true;
    const onScroll = () => {
      stuck = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    };
    const follow = new MutationObserver(() => {
      if (stuck) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener("scroll", onScroll, { passive: true });
    follow.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      element.removeEventListener("scroll", onScroll);
      follow.disconnect();
    };
  }, []);
  return ref;
}
