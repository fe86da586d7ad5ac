// A pane: a bar, the answer (rendered by the framework in the address), and a meter.
import { type Framework, names, showBytes } from "../messages.ts";
import { stickToEnd } from "../stick.ts";
import { $changes, $shown, address, framework, meter, send } from "./pane.ts";

/** Loads a framework's app when it is used. */
const panes: Record<Framework, () => Promise<{ mount(root: HTMLElement): void }>> = {
  react: () => import("../panes/react.tsx"),
  vue: () => import("../panes/vue.ts"),
  svelte: () => import("../panes/svelte.ts"),
  solid: () => import("../panes/solid.tsx"),
  js: () => import("../panes/js.ts"),
};

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const root = element("root");

document.title = `${names[framework]} · Twinstream`;
element("name").textContent = names[framework];
// There are five panes on one page: each landmark names its framework.
for (const landmark of document.querySelectorAll("section, main")) {
  landmark.ariaLabel = `${names[framework]} ${landmark.ariaLabel}`;
}
document.body.dataset.framework = framework;
element("refresh").addEventListener("click", () => location.reload());

/** The origin of the visible text, computed from the bytes of each way. */
function origin(length: number): string {
  const ways = [
    ["driven", meter.driven],
    ["followed", meter.followed],
    ["sibling tab", length - meter.driven - meter.followed],
  ] as const;
  const used = ways.filter(([, bytes]) => bytes > 0).map(([way]) => way);
  return length === 0 ? "none yet" : used.join(" + ");
}

function paint(): void {
  const shown = $shown.get();
  const answer = root.querySelector<HTMLElement>("[data-status]");
  const status = (shown && answer?.dataset.status) || "pending";
  const length = new TextEncoder().encode(
    answer?.querySelector("[data-text]")?.textContent ?? "",
  ).length;
  const bytes = meter.driven + meter.followed;
  element("role").textContent = !shown ? "" : shown.driven ? "drives" : "follows";
  element("status").textContent = status;
  element("status").dataset.status = status;
  element("origin").textContent = origin(length);
  element("bytes").textContent = showBytes(bytes);
  element("requests").textContent = String(meter.requests);
  element("status").hidden = !shown;
  document.body.dataset.role = !shown ? "" : shown.driven ? "driver" : "follower";
  const tab = element<HTMLAnchorElement>("tab");
  if (shown) tab.href = address(shown, true);
  tab.hidden = !shown;
  send({
    type: "report",
    report: {
      id: shown?.id,
      driven: shown?.driven ?? false,
      status,
      reason: answer?.dataset.reason,
      length,
      bytes,
      requests: meter.requests,
    },
  });
}

let painting = false;
function changed(): void {
  if (painting) return;
  painting = true;
  // A timer, since a hidden tab has no frames.
  setTimeout(() => {
    painting = false;
    paint();
  }, 30);
}

new MutationObserver(changed).observe(root, {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
});
$changes.listen(changed);
$shown.listen(changed);
stickToEnd(root);
paint();

const pane = await panes[framework]();
pane.mount(root);
send({ type: "ready" });
