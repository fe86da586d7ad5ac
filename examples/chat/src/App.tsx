import { useEffect } from "react";
import { Chat } from "./Chat.tsx";
import { useRoute } from "./route.ts";
import { Sidebar } from "./Sidebar.tsx";
import { useConversation } from "./useConversation.ts";

/** The page: the list of conversations, and the conversation in the address. */
export function App() {
  const id = useRoute();
  const actions = useConversation(id);
  const { loaded } = actions;
  const title = loaded.state === "ready" ? loaded.conversation.title : "";

  useEffect(() => {
    document.title = title ? `${title} · Twinstream chat` : "Twinstream chat";
  }, [title]);

  return (
    <div className="app">
      <Sidebar current={id} title={title} />
      {loaded.state === "ready" && (
        <Chat key={id ?? "new"} conversation={loaded.conversation} actions={actions} />
      )}
      {loaded.state === "loading" && (
        <main className="chat" aria-busy="true">
          <p className="empty hint">Loading …</p>
        </main>
      )}
      {loaded.state === "failed" && (
        <main className="chat">
          <div className="empty" role="alert">
            <h1>{loaded.error.message}</h1>
            {["network", "internal"].includes(loaded.error.code) ? (
              <button type="button" onClick={() => void actions.open()}>
                Try again
              </button>
            ) : (
              <p>Ask whoever gave you the link to share it, or begin a chat of your own.</p>
            )}
          </div>
        </main>
      )}
    </div>
  );
}
