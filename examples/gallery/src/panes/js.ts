import { createStreamClient } from "@twinstream/core";
import { $shown, clientOptions } from "../pane/pane.ts";

const client = createStreamClient(clientOptions);

export function mount(root: HTMLElement) {
  let leave = () => {};
  root.innerHTML = `<p class="empty">Ask, and the answer appears here.</p>`;

  $shown.subscribe((shown) => {
    leave();
    if (!shown) return;
    root.innerHTML = `<article><div data-text></div><p class="error" hidden></p></article>`;
    const article = root.querySelector("article")!;
    const text = article.querySelector("div")!;
    const problem = article.querySelector("p")!;
    article.dataset.stream = shown.id;
    leave = client.stream(shown.id, shown).subscribe((body) => {
      article.dataset.status = body.status;
      text.textContent = body.text;
      problem.textContent = body.error?.message ?? "";
      problem.hidden = !body.error;
    });
  });
}
