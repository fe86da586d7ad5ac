import { createStreamClient, isTerminal } from "@twinstream/core";
import { $shown, clientOptions } from "../pane/pane.ts";

const client = createStreamClient(clientOptions);

export function mount(root: HTMLElement) {
  let leave = () => {};
  root.innerHTML = `<p class="empty">Ask, and the answer appears here.</p>`;

  $shown.subscribe((shown) => {
    leave();
    if (!shown) return;
    root.innerHTML = `<article><div data-text></div><p class="error" hidden><span></span> <button type="button">Try again</button></p></article>`;
    const article = root.querySelector("article")!;
    const text = article.querySelector("div")!;
    const problem = article.querySelector("p")!;
    const message = problem.querySelector("span")!;
    const again = problem.querySelector("button")!;
    article.dataset.stream = shown.id;
    const stream = client.stream(shown.id, { driven: shown.driven, input: shown.input });
    again.onclick = () => stream.retry();
    leave = stream.subscribe((body) => {
      article.dataset.status = body.status;
      if (body.reason) article.dataset.reason = body.reason;
      text.textContent = body.text;
      message.textContent = body.error?.message ?? "";
      problem.hidden = !body.error;
      again.hidden = isTerminal(body.status);
    });
  });
}
