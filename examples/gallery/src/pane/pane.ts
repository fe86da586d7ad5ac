// The part that every pane has, in every framework: the stream to show, its input, and its meter.
import type { StreamClientOptions } from "@twinstream/core";
import { tabs } from "@twinstream/core/tabs";
import { atom } from "nanostores";
import { type Framework, type FromPane, frameworks, type Shown, type ToPane } from "../messages.ts";
import { createMeter } from "./meter.ts";

const url = new URL(location.href);

/** The framework in the address (`?use=vue`). */
export const framework: Framework =
  frameworks.find((name) => name === url.searchParams.get("use")) ?? "react";

/** Whether this pane shares with its siblings in other tabs (`&share`). */
export const shares = url.searchParams.has("share");

const known = url.searchParams.get("id");
/** The stream to show: from the address after a refresh or in a separate tab, else from the page. */
export const $shown = atom<Shown | undefined>(known ? { id: known, driven: false } : undefined);

/** Changes after each request, chunk and change of the text. */
export const $changes = atom(0);
export const meter = createMeter(() => $changes.set($changes.get() + 1));

/** The options with which each framework creates its client. */
export const clientOptions: StreamClientOptions = {
  url: "/api/streams",
  fetch: meter.fetch,
  share: shares ? tabs({ scope: "gallery" }) : undefined,
  headers: () => ({ "Flush-Boundary": $shown.get()?.flush ?? "sentence" }),
};

/** This pane's address with a stream, so that a refresh follows the same stream. */
export function address(shown: Shown, share = shares): string {
  const query = new URLSearchParams({ use: framework, id: shown.id });
  return `${location.pathname}?${query}${share ? "&share" : ""}`;
}

/** Sends a message to the page around this pane, if there is one. */
export function send(message: FromPane): void {
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
