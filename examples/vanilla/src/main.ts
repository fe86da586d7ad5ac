import { createStreamClient, isTerminal, newStreamId } from "@twinstream/core";

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
  <p>Status: <output>nothing asked</output> <span id="reason"></span></p>
  <p role="alert"><span id="error"></span> <button type="button" id="retry" hidden>Try again</button></p>
  <pre style="white-space: pre-wrap"></pre>`;

const stopButton = find<HTMLButtonElement>("#stop");
const retryButton = find<HTMLButtonElement>("#retry");
let leave: (() => void) | undefined;

function show(id: string, prompt?: string): void {
  leave?.();
  // The tab that asked drives the answer: its one request creates the stream, too.
  const driven = prompt !== undefined;
  const stream = client.stream(id, { driven, create: driven, input: { prompt } });
  leave = stream.subscribe(({ text, status, error, reason }) => {
    find("pre").textContent = text;
    find("output").textContent = status;
    find("#reason").textContent = reason ?? "";
    find("#error").textContent = error?.message ?? "";
    stopButton.disabled = status !== "streaming";
    retryButton.hidden = !error || isTerminal(status);
  });
  stopButton.onclick = () => stream.stop();
  retryButton.onclick = () => stream.retry();
}

find<HTMLFormElement>("form").onsubmit = (event) => {
  event.preventDefault();
  const id = newStreamId();
  location.hash = id;
  show(id, find<HTMLInputElement>("input").value);
};

// The id in the address makes a refresh, or a second tab, follow the same answer.
if (location.hash) show(location.hash.slice(1));
