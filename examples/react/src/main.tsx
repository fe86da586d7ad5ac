import { createStreamClient, StreamProvider, useStream } from "@twinstream/react";
import { type FormEvent, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

const client = createStreamClient({ url: "/api/streams" });

function App() {
  // The id in the address makes a refresh, or a second tab, follow the same answer.
  const [id, setId] = useState(location.hash.slice(1) || undefined);
  const [prompt, setPrompt] = useState<string>();
  const { text, status, error, stop } = useStream(id, {
    driven: prompt !== undefined,
    input: { prompt },
  });

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const prompt = String(new FormData(event.currentTarget).get("prompt"));
    const response = await fetch("/api/streams", { method: "POST" });
    const { id } = await response.json();
    location.hash = id;
    setPrompt(prompt);
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
        Status: <output>{id ? status : "nothing asked"}</output> {error?.message}
      </p>
      <pre style={{ whiteSpace: "pre-wrap" }}>{text}</pre>
    </>
  );
}

createRoot(document.getElementById("app") as HTMLElement).render(
  <StrictMode>
    <StreamProvider client={client}>
      <App />
    </StreamProvider>
  </StrictMode>,
);
