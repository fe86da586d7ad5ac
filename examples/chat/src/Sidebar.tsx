import { type MouseEvent, useEffect, useState } from "react";
import { type Listed, listConversations } from "./api.ts";
import { go } from "./route.ts";
import { onSibling } from "./siblings.ts";

interface Props {
  readonly current: string | undefined;
  /** Reloads the list when it changes. */
  readonly title: string;
}

/** The list of this browser's conversations. On a phone, a button opens it. */
export function Sidebar({ current, title }: Props) {
  const [conversations, setConversations] = useState<readonly Listed[]>();
  const [open, setOpen] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new title reloads the list
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
