// What every pane has, whatever framework shows the answer: which stream it shows, how it was
// asked for, and what it cost.
import type { StreamClientOptions } from "@twinstream/core";
import { tabs } from "@twinstream/core/tabs";
import { atom } from "nanostores";
import { type Framework, type FromPane, frameworks, type Shown, type ToPane } from "../messages.ts";
import { createMeter } from "./meter.ts";

const url = new URL(location.href);

/** The framework that the address asks for (`?use=vue`). */
export const framework: Framework =
  frameworks.find((name) => name === url.searchParams.get("use")) ?? "react";

/** Whether this pane shares with its siblings in other tabs (`&share`). */
export const shares = url.searchParams.has("share");

/** What to show: from the address after a refresh, or in a tab of its own; else from the page. */
const known = url.searchParams.get("id");
export const $shown = atom<Shown | undefined>(known ? { id: known, driven: false } : undefined);

/** Told after each request, byte and change of the text. */
export const $changes = atom(0);
export const meter = createMeter(() => $changes.set($changes.get() + 1));

/** How each framework makes its client. */
export const clientOptions: StreamClientOptions = {
  url: "/api/streams",
  fetch: meter.fetch,
  share: shares ? tabs({ scope: "gallery" }) : undefined,
  headers: () => ({ "Flush-Boundary": $shown.get()?.flush ?? "sentence" }),
};

/** This pane's address, so that a refresh shows the same stream, and follows it. */
export function address(shown: Shown, share = shares): string {
  const query = new URLSearchParams({ use: framework, id: shown.id });
  return `${location.pathname}?${query}${share ? "&share" : ""}`;
}

/** Says something to the page around this pane, where there is one. */
export function tell(message: FromPane): void {
  if (parent !== window) parent.postMessage(message, location.origin);
}

addEventListener("message", (event: MessageEvent<ToPane>) => {
  if (event.origin !== location.origin || event.source !== parent) return;
  if (event.data.type === "cut") meter.cut();
  if (event.data.type === "show") {
    history.replaceState(null, "", address(event.data.shown));
    meter.reset();
    $shown.set(event.data.shown);
  }
});
