// The page: asks questions, chooses the driver, and contains the panes.
import { createStreamClient } from "@twinstream/core";
import {
  type Framework,
  frameworks,
  type Input,
  names,
  type Report,
  type Shown,
} from "../messages.ts";
import { createChart } from "./chart.ts";
import { createNaive } from "./naive.ts";
import { createPanes } from "./panes.ts";

const url = new URL(location.href);
const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const view = url.searchParams.get("view") === "split" ? "split" : "gallery";
const client = createStreamClient({ url: "/api/streams" });
const isTerminal = (status: string) => status !== "pending" && status !== "streaming";

/** The framework that drives, from the address or chosen by the user. */
let driver: Framework =
  frameworks.find((name) => name === url.searchParams.get("driver")) ?? "react";
let shown: Shown | undefined;

document.body.dataset.view = view;
for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-view]")) {
  if (link.dataset.view === view) link.setAttribute("aria-current", "page");
  // The other view shows the same answer.
  link.addEventListener("click", () => {
    const address = new URL(location.href);
    if (link.dataset.view === "split") address.searchParams.set("view", "split");
    else address.searchParams.delete("view");
    link.href = address.href;
  });
}

// The split screen shows the driver on the left and one follower on the right.
const inView = (): Framework[] =>
  view === "split" ? [driver, frameworks.find((name) => name !== driver)!] : [...frameworks];

const naive = view === "gallery" ? createNaive(element<HTMLTemplateElement>("naive")) : undefined;
const chart = naive && createChart(naive.root);
const panes = createPanes(element("panes"), (framework, report) => {
  const follower = inView().find((name) => name !== driver);
  if (framework === follower) chart?.ours(report.bytes);
  if (framework !== driver) return;
  const running = report.id !== undefined && !isTerminal(report.status);
  element<HTMLButtonElement>("stop").disabled = !running;
  element<HTMLButtonElement>("cut").disabled = report.status !== "streaming";
  const sentence = announce(report);
  if (report.id && element("note").textContent !== sentence) element("note").textContent = sentence;
});
naive?.onBytes((bytes) => chart?.naive(bytes));

/** The status in words, also for screen readers. */
function announce({ status, reason = "", driven }: Report): string {
  const sentences: Record<string, string> = {
    pending: "Waiting for the answer.",
    streaming: driven
      ? `${names[driver]} drives, the others follow.`
      : "The answer goes on, and every pane follows.",
    done: "The answer is complete, and every pane shows the same text.",
    stopped: "Stopped. What was written stays.",
    error: "The answer ended with an error. What was written stays.",
    timeout: "The server that wrote this answer has gone. What was written stays.",
    // Of a timeout or a `done`, the reason says more.
    length: "The answer ends here: it is longer than the model may write.",
    undriven: "Nobody began this answer in time.",
    deploy: "The server was restarted in mid-answer. What was written stays.",
  };
  return sentences[reason] ?? sentences[status] ?? status;
}

async function ask(prompt: string): Promise<void> {
  // Five panes follow the stream at once, so it is there before the driver asks.
  const id = await client.create();
  const pace = element<HTMLSelectElement>("pace").value;
  const input: Input = { prompt, ...(pace && { pace: Number(pace) }) };
  const flush = element<HTMLSelectElement>("flush").value || undefined;
  shown = { id, driven: false, flush };
  const address = new URL(location.href);
  address.searchParams.set("id", id);
  history.pushState({ prompt }, "", address);
  chart?.restart();
  naive?.show(id);
  await panes.show(inView(), driver, shown, input);
}

function choose(framework: Framework): void {
  driver = framework;
  const address = new URL(location.href);
  address.searchParams.set("driver", framework);
  history.replaceState(history.state, "", address);
  panes.lay(inView(), driver, shown?.id);
}

for (const radio of element("drivers").querySelectorAll("input")) {
  radio.checked = radio.value === driver;
  radio.addEventListener("change", () => choose(radio.value as Framework));
}

const prompt = element<HTMLInputElement>("prompt");
element<HTMLFormElement>("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(prompt.value.trim()).catch((error: Error) => {
    element("note").textContent = `That did not work: ${error.message}. Ask again.`;
  });
});
element("stop").addEventListener("click", () => {
  if (shown) client.stream(shown.id).stop();
});
element("cut").addEventListener("click", () => panes.send(driver, { type: "cut" }));
addEventListener("popstate", () => location.reload());

// After a refresh, or from a link, every pane follows the stream in the address.
const id = url.searchParams.get("id") ?? undefined;
if (id) shown = { id, driven: false };
if (typeof history.state?.prompt === "string") prompt.value = history.state.prompt;
panes.lay(inView(), driver, id);
if (naive) {
  element("panes").append(naive.root);
  if (id) naive.show(id);
}
