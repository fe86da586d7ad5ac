import { type MouseEvent, useEffect, useState } from "react";
import { type Listed, listConversations } from "./api.ts";
import { go } from "./route.ts";
import { onSibling } from "./siblings.ts";

interface Props {
  readonly current: string | undefined;
  /** Changes where the list may have changed. */
  readonly title: string;
}

/** The conversations of this browser. On a phone it is opened by a button. */
export function Sidebar({ current, title }: Props) {
  const [conversations, setConversations] = useState<readonly Listed[]>();
  const [open, setOpen] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new title is a reason to look again
  useEffect(() => {
    const load = () =>
      listConversations().then(setConversations, () => setConversations((known) => known ?? []));
    void load();
    return onSibling(() => void load());
  }, [current, title]);

  const follow = (to?: string) => (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    setOpen(false);
    go(to);
  };

  return (
    <nav className={open ? "sidebar open" : "sidebar"} aria-label="Conversations">
      <div className="brand">
        <button
          type="button"
          className="quiet menu"
          aria-expanded={open}
          aria-controls="conversations"
          onClick={() => setOpen(!open)}
        >
          Conversations
        </button>
        <a className="new" href="/" onClick={follow()}>
          New chat
        </a>
      </div>
      <ul id="conversations">
        {conversations?.map(({ id, title }) => (
          <li key={id}>
            <a href={`/c/${id}`} onClick={follow(id)} aria-current={id === current && "page"}>
              {title}
            </a>
          </li>
        ))}
        {conversations?.length === 0 && <li className="hint">No conversations yet.</li>}
      </ul>
    </nav>
  );
}
