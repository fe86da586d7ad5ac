import { createStreamClient, StreamProvider, useStream } from "@twinstream/solid";
import { batch, createSignal } from "solid-js";
import { render } from "solid-js/web";

const client = createStreamClient({ url: "/api/streams" });

function App() {
  // The id in the address makes a refresh, or a second tab, follow the same answer.
  const [id, setId] = createSignal(location.hash.slice(1) || undefined);
  const [prompt, setPrompt] = createSignal<string>();
  const { text, status, error, stop } = useStream(id, () => ({
    driven: prompt() !== undefined,
    input: { prompt: prompt() },
  }));

  async function ask(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const prompt = String(new FormData(event.currentTarget).get("prompt"));
    const response = await fetch("/api/streams", { method: "POST" });
    const created = await response.json();
    location.hash = created.id;
    batch(() => {
      setPrompt(prompt);
      setId(created.id);
    });
  }

  return (
    <>
      <form onSubmit={ask}>
        <input name="prompt" placeholder="Ask something" aria-label="Prompt" required />
        <button type="submit">Ask</button>
        <button type="button" onClick={stop} disabled={status() !== "streaming"}>
          Stop
        </button>
      </form>
      <p>
        Status: <output>{id() ? status() : "nothing asked"}</output> {error()?.message}
      </p>
      <pre style={{ "white-space": "pre-wrap" }}>{text()}</pre>
    </>
  );
}

render(
  () => (
    <StreamProvider client={client}>
      <App />
    </StreamProvider>
  ),
  document.getElementById("app") as HTMLElement,
);
