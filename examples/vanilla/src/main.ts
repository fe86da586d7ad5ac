import { createStreamClient } from "@twinstream/core";

const client = createStreamClient({ url: "/api/streams" });

function find<T extends HTMLElement>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}.`);
  return element;
}

find("#app").innerHTML = `
  <form>
    <input name="prompt" placeholder="Ask something" aria-label="Prompt" required />
    <button type="submit">Ask</button>
    <button type="button" id="stop" disabled>Stop</button>
  </form>
  <p>Status: <output>nothing asked</output> <span id="error"></span></p>
  <pre style="white-space: pre-wrap"></pre>`;

const stopButton = find<HTMLButtonElement>("#stop");
let leave: (() => void) | undefined;

function show(id: string, prompt?: string): void {
  leave?.();
  const stream = client.stream(id, { driven: prompt !== undefined, input: { prompt } });
  leave = stream.subscribe(({ text, status, error }) => {
    find("pre").textContent = text;
    find("output").textContent = status;
    find("#error").textContent = error?.message ?? "";
    stopButton.disabled = status !== "streaming";
  });
  stopButton.onclick = () => stream.stop();
}

find<HTMLFormElement>("form").onsubmit = async (event) => {
  event.preventDefault();
  const prompt = find<HTMLInputElement>("input").value;
  const response = await fetch("/api/streams", { method: "POST" });
  const { id } = await response.json();
  location.hash = id;
  show(id, prompt);
};

// The id in the address makes a refresh, or a second tab, follow the same answer.
if (location.hash) show(location.hash.slice(1));
