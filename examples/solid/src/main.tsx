import { isTerminal, newStreamId, StreamProvider, useStream } from "@twinstream/solid";
import { batch, createSignal, Show } from "solid-js";
import { render } from "solid-js/web";

function App() {
  // The id in the address makes a refresh, or a second tab, follow the same answer.
  const [id, setId] = createSignal(location.hash.slice(1) || undefined);
  const [prompt, setPrompt] = createSignal<string>();
  // The tab that asked drives the answer: its one request creates the stream, too.
  const driven = () => prompt() !== undefined;
  const { text, status, error, reason, stop, retry } = useStream(id, () => ({
    driven: driven(),
    create: driven(),
    input: { prompt: prompt() },
  }));

  function ask(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const prompt = String(new FormData(event.currentTarget).get("prompt"));
    const id = newStreamId();
    location.hash = id;
    batch(() => {
      setPrompt(prompt);
      setId(id);
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
        Status: <output>{id() ? status() : "nothing asked"}</output> {reason()}
      </p>
      <Show when={error()}>
        {(error) => (
          <p role="alert">
            {error().message}{" "}
            <Show when={!isTerminal(status())}>
              <button type="button" onClick={retry}>
                Try again
              </button>
            </Show>
          </p>
        )}
      </Show>
      <pre style={{ "white-space": "pre-wrap" }}>{text()}</pre>
    </>
  );
}

render(
  () => (
    <StreamProvider url="/api/streams">
      <App />
    </StreamProvider>
  ),
  document.getElementById("app") as HTMLElement,
);
