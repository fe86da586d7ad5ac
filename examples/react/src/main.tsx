import { isTerminal, newStreamId, StreamProvider, useStream } from "@twinstream/react";
import { type FormEvent, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

function App() {
  // The id in the address makes a refresh, or a second tab, follow the same answer.
  const [id, setId] = useState(location.hash.slice(1) || undefined);
  const [prompt, setPrompt] = useState<string>();
  // The tab that asked drives the answer: its one request creates the stream, too.
  const driven = prompt !== undefined;
  const { text, status, error, reason, stop, retry } = useStream(id, {
    driven,
    create: driven,
    input: { prompt },
  });

  function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const id = newStreamId();
    location.hash = id;
    setPrompt(String(new FormData(event.currentTarget).get("prompt")));
    setId(id);
  }

  return (
    <>
      <form onSubmit={ask}>
        <input name="prompt" placeholder="Ask something" aria-label="Prompt" required />
        <button type="submit">Ask</button>
        <button type="button" onClick={stop} disabled={status !== "streaming"}>
          Stop
        </button>
      </form>
      <p>
        Status: <output>{id ? status : "nothing asked"}</output> {reason}
      </p>
      {error && (
        <p role="alert">
          {error.message}{" "}
          {!isTerminal(status) && (
            <button type="button" onClick={retry}>
              Try again
            </button>
          )}
        </p>
      )}
      <pre style={{ whiteSpace: "pre-wrap" }}>{text}</pre>
    </>
  );
}

createRoot(document.getElementById("app") as HTMLElement).render(
  <StrictMode>
    <StreamProvider url="/api/streams">
      <App />
    </StreamProvider>
  </StrictMode>,
);
