import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** Within how many pixels of the end the reader counts as being there. */
const NEAR = 48;

interface Stick<T> {
  readonly box: RefObject<T | null>;
  /** Whether the reader is at the end. */
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

/** Keeps a box scrolled to its end as it grows, unless the reader has scrolled up. */
export function useStickToEnd<T extends HTMLElement>(): Stick<T> {
  const box = useRef<T>(null);
  const stuck = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      setAtEnd(stuck.current);
    };
    const follow = new MutationObserver(() => {
      if (stuck.current) toEnd();
    });
    toEnd();
    element.addEventListener("scroll", onScroll, { passive: true });
    follow.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      element.removeEventListener("scroll", onScroll);
      follow.disconnect();
    };
  }, [toEnd]);
  return { box, atEnd, toEnd };
}
